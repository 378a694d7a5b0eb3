package io.replsqlite.server.commit;

import java.io.Serial;
import java.util.concurrent.CompletableFuture;

/** A write that did not get its durability in time, and may still get it. Whoever asks again waits for the same commit. */
public final class UnsettledWriteException extends WriteFailedException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient CompletableFuture<? extends Acknowledged<?>> settled;

    /** @param settled completed with what becomes of it */
    public UnsettledWriteException(String message, CompletableFuture<? extends Acknowledged<?>> settled) {
        super(Outcome.UNKNOWN, message);
        this.settled = settled;
    }

    /** What becomes of it; fails at the end of the tenure. */
    public CompletableFuture<? extends Acknowledged<?>> settled() {
        return settled;
    }
}
