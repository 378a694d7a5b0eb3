package io.replsqlite.jdbc;

import io.replsqlite.session.ResultPages;
import io.replsqlite.wire.ExecuteResponse.Column;
import io.replsqlite.wire.ExecuteResponse.Rows;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Rows that came over the wire, one page in memory at a time. A row of which something has to be converted is bound to
 * {@code SELECT ? AS name, ...} and read through sqlite-jdbc's result of that, so that every getter converts exactly as it
 * does for a local row. Such a statement touches no table, so it pins no snapshot and meets no lock.
 */
final class RowsResultSet extends UnconvertedResultSet {
    private final Statement statement;
    private final @Nullable ResultPages pages;
    private final boolean isEmpty;
    private final PreparedStatement carrier;
    private final RowsMetaData metaData;
    private Rows page;
    private int nextInPage;
    private List<@Nullable Object> currentValues = List.of();
    private ResultSet current;

    /** {@link #current} shows an earlier row than the one at which this stands. */
    private boolean isBehind;

    private int row;
    private boolean behindLast;
    private boolean closed;

    RowsResultSet(Statement statement, Connection scratch, Rows rows) throws SQLException {
        this(statement, scratch, rows, null);
    }

    /** @param pages where the rest is, if the first page says that there is more */
    RowsResultSet(Statement statement, Connection scratch, Rows rows, @Nullable ResultPages pages) throws SQLException {
        this.statement = statement;
        this.page = rows;
        this.pages = pages;
        this.isEmpty = rows.values().isEmpty();
        List<String> names = rows.columns().stream().map(Column::name).toList();
        this.carrier = scratch.prepareStatement(carrierSql(names, isEmpty));
        if (!rows.values().isEmpty()) {
            // Metadata looks at the first row before next() is called, as it does in sqlite-jdbc.
            currentValues = rows.values().get(0);
            bind(currentValues);
        }
        this.current = carrier.executeQuery();
        this.metaData = new RowsMetaData(this, rows.columns(), new TypeCarrier(scratch, rows.columns(), isEmpty));
    }

    static String carrierSql(List<String> names, boolean isEmpty) {
        String columns = names.stream()
                .map(name -> "? AS \"" + name.replace("\"", "\"\"") + '"')
                .collect(Collectors.joining(", "));
        // Without rows, SQLite's own empty result behaves as one does.
        return "SELECT " + columns + (isEmpty ? " LIMIT 0" : "");
    }

    @Override
    ResultSet onAnyRow() {
        return current;
    }

    @Override
    ResultSet converting() throws SQLException {
        if (isBehind) {
            isBehind = false;
            int fetchSize = current.getFetchSize();
            bind(currentValues);
            current = carrier.executeQuery();
            current.setFetchSize(fetchSize);
            boolean ignored = current.next();
        }
        return current;
    }

    /** Of the row at which the result stands, or of the first one before next was called. */
    List<@Nullable Object> currentValues() {
        return currentValues;
    }

    @Override
    public boolean next() throws SQLException {
        if (closed) {
            return false;
        }
        if (nextInPage == page.values().size() && !turnPage()) {
            behindLast = true;
            ResultSet onLast = converting();
            standOn(List.of());
            currentValues = Collections.nCopies(page.columns().size(), null);
            return onLast.next();
        }
        currentValues = page.values().get(nextInPage);
        nextInPage++;
        row++;
        standOn(currentValues);
        isBehind = row > 1;
        return isBehind || current.next();
    }

    /** @return false at the end of the result */
    private boolean turnPage() throws SQLException {
        if (pages == null || page.isComplete()) {
            return false;
        }
        page = pages.next(page.cursor());
        nextInPage = 0;
        return !page.values().isEmpty();
    }

    private void bind(List<@Nullable Object> values) throws SQLException {
        for (int index = 0; index < values.size(); index++) {
            carrier.setObject(index + 1, values.get(index));
        }
    }

    @Override
    public int getRow() {
        return closed ? 0 : row;
    }

    @Override
    public boolean isBeforeFirst() {
        return !closed && row == 0 && !isEmpty;
    }

    @Override
    public boolean isFirst() {
        return !closed && row == 1;
    }

    @Override
    public boolean isAfterLast() {
        return !closed && !isEmpty && behindLast;
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public ResultSetMetaData getMetaData() {
        return metaData;
    }

    @Override
    public Statement getStatement() {
        return statement;
    }

    @Override
    public void close() throws SQLException {
        if (!closed) {
            closed = true;
            standOn(List.of());
            isBehind = false;
            if (pages != null && !page.isComplete()) {
                pages.close(page.cursor());
            }
            current.close();
            carrier.close();
            metaData.close();
        }
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return Unwrapping.unwrap(type, this, current);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return Unwrapping.isWrapperFor(type, this, current);
    }
}
