package io.replsqlite.server.endpoint;

import java.util.concurrent.Semaphore;

/**
 * Lets so many requests of one kind run at once and refuses the others at once. Every request holds a thread until it is
 * answered: without limits of their own, streams without end and writes that wait would take the threads of all.
 *
 * <p>Safe for any thread.
 */
public final class RouteLimit {
    private final Semaphore free;
    private final Route refusal;

    /** @param refusal answers, or throws what answers, a request that is one too many */
    public RouteLimit(int atOnce, Route refusal) {
        this.free = new Semaphore(atOnce);
        this.refusal = refusal;
    }

    /** The route under this limit; several routes may share one. */
    public Route on(Route route) {
        return exchange -> {
            if (!free.tryAcquire()) {
                refusal.handle(exchange);
                return;
            }
            try {
                route.handle(exchange);
            } finally {
                free.release();
            }
        };
    }
}
