package io.replsqlite.harness.cluster;

import io.replsqlite.server.cli.ErrorReport;
import java.io.IOException;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A local cluster cannot run, in the three lines that a person needs. */
public final class ClusterException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient ErrorReport report;

    public ClusterException(String error, String why, String remedy) {
        this(error, why, remedy, null);
    }

    ClusterException(String error, String why, String remedy, @Nullable Throwable cause) {
        super(error + ": " + why, cause);
        this.report = new ErrorReport(error, why, remedy);
    }

    public ErrorReport report() {
        return report;
    }
}
