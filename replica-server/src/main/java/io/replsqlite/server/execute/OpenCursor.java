package io.replsqlite.server.execute;

import io.replsqlite.wire.ExecuteResponse.Column;
import io.replsqlite.wire.ExecuteResponse.Rows;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * A result that is read page by page; SQLite steps no further than the page asked for, and the row after it. Owns its
 * statement. For one thread at a time.
 */
public final class OpenCursor implements AutoCloseable {
    private final PreparedStatement statement;
    private final ResultSet result;
    private final List<Column> columns;
    private final long maxRows;
    private final PageLimits limits;
    private long rowsRead;
    private boolean hasRow;

    /** @param statement executed, with this result */
    OpenCursor(PreparedStatement statement, ResultSet result, long maxRows, PageLimits limits) throws SQLException {
        this.statement = statement;
        this.result = result;
        this.columns = RowReader.columns(result.getMetaData());
        this.maxRows = maxRows;
        this.limits = limits;
        this.hasRow = result.next();
    }

    public boolean hasMore() {
        return hasRow;
    }

    /** @param cursor the number under which the client asks for what is behind this page */
    public Rows nextPage(long cursor) throws SQLException {
        RowReader page = new RowReader(columns.size());
        while (hasRow && page.rows().size() < limits.rows() && page.bytes() < limits.bytes()) {
            page.read(result);
            rowsRead++;
            hasRow = (maxRows == 0 || rowsRead < maxRows) && result.next();
        }
        return new Rows(columns, page.rows(), hasRow ? cursor : Rows.COMPLETE);
    }

    @Override
    public void close() {
        hasRow = false;
        try {
            statement.close();
        } catch (SQLException repeated) {
            // sqlite3_finalize repeats the failure of the last step, which was answered; the statement is gone all the
            // same
        }
    }
}
