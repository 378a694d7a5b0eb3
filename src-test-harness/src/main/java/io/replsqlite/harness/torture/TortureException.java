package io.replsqlite.harness.torture;

import io.replsqlite.harness.history.History;
import io.replsqlite.harness.torture.RoundReport.Fault;
import java.io.IOException;
import java.io.Serial;
import java.util.List;

/** A round did not come to its checks: the cluster did not heal, or a client hangs. That is a violation too. */
final class TortureException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient List<Fault> faults;
    private final transient History history;

    TortureException(String message, List<Fault> faults, History history, Throwable cause) {
        super(message + "; faults: " + faults.stream().map(Fault::text).toList(), cause);
        this.faults = List.copyOf(faults);
        this.history = history;
    }

    List<Fault> faults() {
        return faults;
    }

    History history() {
        return history;
    }
}
