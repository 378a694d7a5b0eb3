package io.replsqlite.server.log;

import io.replsqlite.base.Position;
import java.io.IOException;

/** A record does not continue this log, or is not what its sender wrote. The log is unchanged and goes on. */
public final class RefusedRecordException extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient Position head;

    RefusedRecordException(Position head, String why) {
        super(why + "; the log's head is " + head);
        this.head = head;
    }

    /** Where the log stands: what a sender must continue from. */
    public Position head() {
        return head;
    }
}
