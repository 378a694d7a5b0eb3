package io.replsqlite.server.execute;

import io.replsqlite.wire.ExecuteResponse.Rows;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The results of one connection that are not read to their end. Live memory is one page, the one being answered. For one
 * thread at a time.
 */
public final class OpenCursors implements AutoCloseable {
    private static final int MAX_OPEN = 100;

    private final PageLimits limits;
    /** Of the process: requests that arrive twice have one id, and their cursors are told apart all the same. */
    private static final AtomicLong LAST_NUMBER = new AtomicLong();

    /** Oldest first. Looked into by other threads as well, changed by the one. */
    private final Map<Long, OpenCursor> open = new ConcurrentSkipListMap<>();

    public OpenCursors(PageLimits limits) {
        this.limits = limits;
    }

    PageLimits limits() {
        return limits;
    }

    public boolean isEmpty() {
        return open.isEmpty();
    }

    /** The first page of a new cursor, which is kept only if there is more. */
    Rows firstPage(OpenCursor cursor) throws SQLException {
        long number = LAST_NUMBER.incrementAndGet();
        try {
            Rows rows = cursor.nextPage(number);
            if (rows.isComplete()) {
                cursor.close();
            } else {
                requireRoom();
                open.put(number, cursor);
            }
            return rows;
        } catch (SQLException failure) {
            cursor.close();
            throw failure;
        }
    }

    private void requireRoom() throws SQLException {
        if (open.size() == MAX_OPEN) {
            throw new SQLException("there are " + MAX_OPEN
                    + " unfinished results already; close some, or read them to their end, before opening another");
        }
    }

    /** From any thread. */
    public boolean has(long number) {
        return open.containsKey(number);
    }

    /** @return null if there is no such cursor */
    public @Nullable Rows nextPage(long number) throws SQLException {
        OpenCursor cursor = open.get(number);
        if (cursor == null) {
            return null;
        }
        try {
            Rows rows = cursor.nextPage(number);
            if (rows.isComplete()) {
                close(number);
            }
            return rows;
        } catch (SQLException failure) {
            close(number);
            throw failure;
        }
    }

    public void close(long number) {
        OpenCursor cursor = open.remove(number);
        if (cursor != null) {
            cursor.close();
        }
    }

    /** Also ends an interruption: SQLite upholds one until no statement of the connection is under way. */
    @Override
    public void close() {
        for (Long number : open.keySet().toArray(Long[]::new)) {
            close(number);
        }
    }
}
