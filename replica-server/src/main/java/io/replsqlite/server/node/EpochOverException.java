package io.replsqlite.server.node;

import io.replsqlite.base.Epoch;
import java.io.IOException;

/** This node has promised more than what it was asked for. */
public final class EpochOverException extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient Epoch promised;

    EpochOverException(String message, Epoch promised) {
        super(message);
        this.promised = promised;
    }

    /** What stands against it. */
    public Epoch promised() {
        return promised;
    }
}
