package io.replsqlite.jdbc;

import io.replsqlite.session.LocalLane;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * sqlite-jdbc's own result, which knows its statement's facade and tells its lane when it no longer pins a snapshot. Like
 * sqlite-jdbc, one object serves all executions of a statement.
 */
final class LocalResultSet extends DelegatingResultSet {
    private final ResultSet result;
    private final Statement statement;
    private final LocalLane lane;
    private final TimeLimit limit;
    private boolean pinning;

    LocalResultSet(ResultSet result, Statement statement, LocalLane lane, TimeLimit limit) {
        this.result = result;
        this.statement = statement;
        this.lane = lane;
        this.limit = limit;
    }

    boolean isOf(ResultSet other) {
        return result == other;
    }

    void opened(long appliedTxid, long asOfNanos) {
        if (!pinning) {
            pinning = true;
            lane.resultOpened(appliedTxid, asOfNanos);
        }
    }

    /** The snapshot is free: read to the end, closed, or replaced by a new execution. */
    void released() {
        if (pinning) {
            pinning = false;
            lane.resultClosed();
        }
    }

    @Override
    ResultSet delegate() {
        return result;
    }

    @Override
    public boolean next() throws SQLException {
        boolean more = limit.deadline() == null ? super.next() : limit.step(lane.connection(), super::next);
        if (!more) {
            released();
        }
        return more;
    }

    @Override
    public void close() throws SQLException {
        super.close();
        released();
    }

    @Override
    public ResultSetMetaData getMetaData() throws SQLException {
        return new LocalMetaData(super.getMetaData());
    }

    @Override
    public Statement getStatement() {
        return statement;
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return Unwrapping.unwrap(type, this, result);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return Unwrapping.isWrapperFor(type, this, result);
    }
}
