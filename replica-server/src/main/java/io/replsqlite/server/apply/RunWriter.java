package io.replsqlite.server.apply;

import io.replsqlite.base.FailurePoint;
import io.replsqlite.base.NamedThreads;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Writes a file run by run on a thread of its own, in the order given, while the caller fills the next run; another
 * thread syncs what is written. At most one run waits, so memory stays at two runs. What failed is told at the next call.
 */
public final class RunWriter implements AutoCloseable {
    private static final int RUN_BYTES = 1 << 20;
    private static final long SYNC_STEP_BYTES = 64L << 20;

    private final FileChannel channel;
    private final ExecutorService writing = Executors.newSingleThreadExecutor(NamedThreads.of("snapshot-write"));
    private final ExecutorService syncing = Executors.newSingleThreadExecutor(NamedThreads.of("snapshot-sync"));
    private ByteBuffer filling = ByteBuffer.allocateDirect(RUN_BYTES);
    private ByteBuffer spare = ByteBuffer.allocateDirect(RUN_BYTES);
    private CompletableFuture<Void> write = CompletableFuture.completedFuture(null);
    private CompletableFuture<Void> sync = CompletableFuture.completedFuture(null);
    private long unsyncedBytes;

    public RunWriter(FileChannel channel) {
        this.channel = channel;
    }

    /** The run that the caller fills; valid until {@link #submit}. */
    public ByteBuffer run() {
        return filling;
    }

    /** Hands the run over, to be written at this offset. Waits for the one before. */
    public void submit(long offset) throws IOException {
        ByteBuffer full = filling.flip();
        await(write);
        unsyncedBytes += full.remaining();
        write = CompletableFuture.runAsync(() -> writeAll(full, offset), writing);
        filling = spare.clear();
        spare = full;
        if (unsyncedBytes >= SYNC_STEP_BYTES && sync.isDone()) {
            await(sync);
            unsyncedBytes = 0;
            sync = CompletableFuture.runAsync(this::force, syncing); // the disk works while pages still arrive
        }
    }

    private void writeAll(ByteBuffer run, long offset) {
        try {
            while (run.hasRemaining()) {
                int ignored = channel.write(run, offset + run.position());
            }
            FailurePoint.SNAPSHOT_PARTIAL.reached();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void force() {
        try {
            channel.force(false);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Waits until everything submitted is in the file; the caller makes it durable. */
    public void drain() throws IOException {
        await(write);
        await(sync);
    }

    private static void await(CompletableFuture<Void> work) throws IOException {
        try {
            Void ignored = work.join();
        } catch (CompletionException failed) {
            Throwable cause = failed.getCause() instanceof UncheckedIOException io ? io.getCause() : failed.getCause();
            throw new IOException("the snapshot cannot be written: " + cause, cause);
        }
    }

    /** Ends both threads; when this returns, nobody touches the channel any more. */
    @Override
    public void close() {
        var ignored = write.handle((done, failed) -> failed).join();
        ignored = sync.handle((done, failed) -> failed).join();
        writing.shutdown();
        syncing.shutdown();
    }
}
