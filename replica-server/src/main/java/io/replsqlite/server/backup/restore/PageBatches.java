package io.replsqlite.server.backup.restore;

import io.replsqlite.base.NamedThreads;
import io.replsqlite.server.ltx.LtxPage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Hands pages, in their order, from the thread that decodes them to a thread of its own that does the rest, in a few
 * batches that are used again: memory is about a megabyte. After a page whose taking failed none is taken; the caller hears
 * of it at one of its next calls, {@link #drain} at the latest.
 */
final class PageBatches implements AutoCloseable {
    private static final int BATCHES = 4;
    private static final int BATCH_BYTES = 256 << 10;

    /** Runs on this class's thread. */
    @FunctionalInterface
    interface Taker {
        void take(LtxPage page) throws IOException;
    }

    /** Belongs to the caller until it is handed over, and again when {@code taken} is done. */
    private static final class Batch {
        final List<LtxPage> pages = new ArrayList<>();
        int filled;
        CompletableFuture<Void> taken = CompletableFuture.completedFuture(null);
    }

    private final Taker taker;
    private final ExecutorService taking = Executors.newSingleThreadExecutor(NamedThreads.of("restore-count"));
    private final List<Batch> batches = new ArrayList<>();
    private int current;
    /** Done when everything handed over was taken, or something failed. */
    private CompletableFuture<Void> all = CompletableFuture.completedFuture(null);

    PageBatches(Taker taker) {
        this.taker = taker;
        for (int i = 0; i < BATCHES; i++) {
            batches.add(new Batch());
        }
    }

    /** A page to be filled, the same one until {@link #fill}. Waits while all are in use. */
    LtxPage free() throws IOException {
        Batch batch = batches.get(current);
        if (batch.filled == 0) {
            await(batch.taken);
        }
        if (batch.filled == batch.pages.size()) {
            batch.pages.add(new LtxPage());
        }
        return batch.pages.get(batch.filled);
    }

    /** The page of {@link #free} is filled, and to be taken. */
    void fill(int pageSize) {
        Batch batch = batches.get(current);
        batch.filled++;
        if (batch.filled >= BATCH_BYTES / pageSize) {
            handOver(batch);
        }
    }

    private void handOver(Batch batch) {
        List<LtxPage> filled = batch.pages.subList(0, batch.filled);
        all = all.thenRunAsync(() -> take(filled), taking); // not run if one before has failed
        batch.taken = all;
        batch.filled = 0;
        current = (current + 1) % BATCHES;
    }

    private void take(List<LtxPage> pages) {
        try {
            for (LtxPage page : pages) {
                taker.take(page);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Waits until every page filled was taken. */
    void drain() throws IOException {
        Batch batch = batches.get(current);
        if (batch.filled > 0) {
            handOver(batch);
        }
        await(all);
    }

    private static void await(CompletableFuture<Void> work) throws IOException {
        try {
            Void ignored = work.join();
        } catch (CompletionException failed) {
            Throwable cause = failed.getCause();
            throw cause instanceof UncheckedIOException io
                    ? Objects.requireNonNull(io.getCause())
                    : new IOException("the restored pages cannot be counted: " + cause, cause);
        }
    }

    /** What was handed over is taken; when this returns, the thread does nothing any more. */
    @Override
    public void close() {
        var ignored = all.handle((done, failed) -> failed).join();
        taking.shutdown();
    }
}
