package io.replsqlite.session;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.config.DriverConfig;
import io.replsqlite.forward.PrimaryClient;
import io.replsqlite.forward.Reply;
import io.replsqlite.wire.CursorRequest;
import io.replsqlite.wire.ExecuteResponse;
import io.replsqlite.wire.ExecuteResponse.Rows;
import io.replsqlite.wire.RequestId;
import java.sql.SQLException;

/** The pages of a read outside a transaction, at the node that began to answer it. */
final class ReadPages implements ResultPages {
    private static final System.Logger LOG = System.getLogger(ReadPages.class.getName());

    private final PrimaryClient primary;
    private final String nodeUrl;
    private final RequestId id;
    private final DriverConfig config;
    private final MonotonicClock clock;

    ReadPages(PrimaryClient primary, String nodeUrl, RequestId id, DriverConfig config, MonotonicClock clock) {
        this.primary = primary;
        this.nodeUrl = nodeUrl;
        this.id = id;
        this.config = config;
        this.clock = clock;
    }

    @Override
    public Rows next(long cursor) throws SQLException {
        Rows rows = ask(cursor, false).rows();
        if (rows == null) {
            throw new SQLException("the primary answered without a page of the result");
        }
        return rows;
    }

    @Override
    public void close(long cursor) {
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
