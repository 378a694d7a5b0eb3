package io.replsqlite.examples.spring;

import java.io.Serial;

/** Fewer pieces are left than were ordered, or the shop has no such track. Nothing was taken. */
final class OutOfStockException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    OutOfStockException(long trackId, int quantity) {
        super("there are no " + quantity + " pieces of track " + trackId + "; the order was not placed");
    }
}
