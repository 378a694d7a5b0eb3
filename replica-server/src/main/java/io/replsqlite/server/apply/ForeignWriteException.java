package io.replsqlite.server.apply;

import java.io.IOException;

/**
 * The replica file is not as it was left. Nothing of the present call was applied; the write lock is held, and the next
 * commit goes on top of what the foreign writer left.
 */
public final class ForeignWriteException extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient ForeignWrite foreignWrite;

    ForeignWriteException(ForeignWrite foreignWrite) {
        super("the replica file was written by another program: " + foreignWrite);
        this.foreignWrite = foreignWrite;
    }

    public ForeignWrite foreignWrite() {
        return foreignWrite;
    }
}
