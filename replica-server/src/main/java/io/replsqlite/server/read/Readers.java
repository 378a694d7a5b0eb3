package io.replsqlite.server.read;

import io.replsqlite.base.Deadline;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A bounded number of connections, lent in the order in which they are asked for. Safe for any thread. */
final class Readers implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Readers.class.getName());

    /** Where connections come from. */
    interface Source {
        Connection connect() throws SQLException;
    }

    private final Source source;
    private final Semaphore free;
    private final ConcurrentLinkedDeque<Reader> idle = new ConcurrentLinkedDeque<>();
    private volatile boolean closed;

    Readers(Source source, int most) {
        this.source = source;
        this.free = new Semaphore(most, true);
    }

    /** @return null if none came free in time */
    @Nullable
    Reader acquire(Deadline deadline) throws SQLException, InterruptedException {
        if (!free.tryAcquire(Math.max(0, deadline.remainingNanos()), TimeUnit.NANOSECONDS)) {
            return null;
        }
        Reader known = idle.pollFirst();
        if (known != null) {
            return known;
        }
        try {
            return new Reader(source.connect());
        } catch (SQLException | RuntimeException failure) {
            free.release();
            throw failure;
        }
    }

    /** Takes a reader back, whatever state it is in. */
    void release(Reader reader) {
        try {
            reader.end();
            idle.addFirst(reader);
            if (closed) {
                closeIdle();
            }
        } catch (SQLException unusable) {
            LOG.log(Level.DEBUG, "a reader is not used again", unusable);
            close(reader);
        } finally {
            free.release();
        }
    }

    private void closeIdle() {
        for (Reader reader = idle.pollFirst(); reader != null; reader = idle.pollFirst()) {
            close(reader);
        }
    }

    private static void close(Reader reader) {
        try {
            reader.close();
        } catch (SQLException failure) {
            LOG.log(Level.WARNING, "a reader was not closed", failure);
        }
    }

    /** Those lent out are closed when they come back. */
    @Override
    public void close() {
        closed = true;
        closeIdle();
    }
}
