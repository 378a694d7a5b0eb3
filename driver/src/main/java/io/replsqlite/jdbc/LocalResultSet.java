package io.replsqlite.jdbc;

import io.replsqlite.session.LocalLane;
import io.replsqlite.session.ReadRecording;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
    private @Nullable ReadRecording recording;

    LocalResultSet(ResultSet result, Statement statement, LocalLane lane, TimeLimit limit) {
        this.result = result;
        this.statement = statement;
        this.lane = lane;
        this.limit = limit;
    }

    boolean isOf(ResultSet other) {
        return result == other;
    }

    /** @param taker of what the application is shown; null if nobody asks */
    void opened(long appliedTxid, long asOfNanos, @Nullable ReadRecording taker) {
        recording = taker;
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
        if (recording != null) {
            record(recording, more);
        }
        if (!more) {
            released();
        }
        return more;
    }

    private void record(ReadRecording taker, boolean more) throws SQLException {
        if (more) {
            taker.row(values());
            return;
        }
        long maxRows = statement.getLargeMaxRows();
        if (maxRows == 0 || taker.rows() < maxRows) { // else there may be more than it was to be told
            taker.end();
        }
    }

    private List<@Nullable Object> values() throws SQLException {
        int columns = result.getMetaData().getColumnCount();
        List<@Nullable Object> values = new ArrayList<>(columns);
        for (int column = 1; column <= columns; column++) {
            values.add(result.getObject(column));
        }
        return values;
    }

    @Override
    public boolean isBeforeFirst() throws SQLException {
        peeked();
        return super.isBeforeFirst();
    }

    @Override
    public boolean isAfterLast() throws SQLException {
        peeked();
        return super.isAfterLast();
    }

    private void peeked() {
        if (recording != null) {
            recording.peeked();
        }
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
