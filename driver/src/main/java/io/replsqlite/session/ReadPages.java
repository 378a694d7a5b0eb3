package io.replsqlite.session;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.NamedThreads;
import io.replsqlite.config.DriverConfig;
import io.replsqlite.forward.PrimaryClient;
import io.replsqlite.forward.Reply;
import io.replsqlite.wire.CursorRequest;
import io.replsqlite.wire.ExecuteResponse;
import io.replsqlite.wire.ExecuteResponse.Rows;
import io.replsqlite.wire.RequestId;
import java.sql.SQLException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The pages of a read outside a transaction, at the node that began to answer it. Whoever has asked for a second page is
 * about to read them all: from then on the next one is fetched while this one is read, and never more than that one.
 */
final class ReadPages implements ResultPages {
    private static final System.Logger LOG = System.getLogger(ReadPages.class.getName());

    private static final ThreadPoolExecutor LOOK_AHEAD = new ThreadPoolExecutor(
            0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), NamedThreads.of("look-ahead"));

    private final PrimaryClient primary;
    private final String nodeUrl;
    private final RequestId id;
    private final DriverConfig config;
    private final MonotonicClock clock;

    /** The page behind the one that was given out last; null if nobody fetches it. */
    private @Nullable Future<Rows> ahead;

    ReadPages(PrimaryClient primary, String nodeUrl, RequestId id, DriverConfig config, MonotonicClock clock) {
        this.primary = primary;
        this.nodeUrl = nodeUrl;
        this.id = id;
        this.config = config;
        this.clock = clock;
    }

    @Override
    public Rows next(long cursor) throws SQLException {
        Future<Rows> fetched = ahead;
        ahead = null;
        Rows rows = fetched == null ? fetch(cursor) : taken(fetched);
        if (!rows.isComplete()) {
            ahead = LOOK_AHEAD.submit(() -> fetch(rows.cursor()));
        }
        return rows;
    }

    private Rows fetch(long cursor) throws SQLException {
        Rows rows = ask(cursor, false).rows();
        if (rows == null) {
            throw new SQLException("the primary answered without a page of the result");
        }
        return rows;
    }

    /** Its failure is that of the row which could not be had. */
    private Rows taken(Future<Rows> fetched) throws SQLException {
        try {
            return fetched.get();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new SQLException("the thread was interrupted while it waited for the next rows", interrupted);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof SQLException failure) {
                throw failure;
            }
            throw new SQLException("the next rows could not be fetched: " + failed.getCause(), failed);
        }
    }

    @Override
    public void close(long cursor) {
        Future<Rows> fetched = ahead;
        if (fetched != null && !fetched.isDone()) {
            primary.cancelRead(nodeUrl, config.databaseName(), id); // nobody wants what it is still looking for
        }
        try {
            ExecuteResponse ignored = ask(cursor, true);
        } catch (SQLException failure) {
            LOG.log(System.Logger.Level.DEBUG, "an unfinished result is left to the primary's idle limit", failure);
        }
    }

    private ExecuteResponse ask(long cursor, boolean close) throws SQLException {
        CursorRequest request = new CursorRequest(id, config.databaseName(), cursor, close);
        Reply<ExecuteResponse> reply = primary.page(nodeUrl, request, Deadline.after(config.writeTimeout(), clock));
        if (reply instanceof Reply.Refused<ExecuteResponse> refused) {
            throw PrimaryErrors.toException(refused.error(), id);
        }
        return ((Reply.Done<ExecuteResponse>) reply).answer();
    }
}
