package io.replsqlite.server.cli;

import org.jspecify.annotations.Nullable;

/** Ends a command with a report; thrown by commands and by what they call for them, printed by {@link CommandConventions}. */
public final class CommandFailure extends Exception {
    private static final long serialVersionUID = 1;

    private final transient ErrorReport report;

    public CommandFailure(ErrorReport report) {
        this(report, null);
    }

    public CommandFailure(ErrorReport report, @Nullable Throwable cause) {
        super(report.error() + ": " + report.why(), cause);
        this.report = report;
    }

    public ErrorReport report() {
        return report;
    }
}
