package io.replsqlite.harness.demo;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Moves Chinook into a database through plain JDBC in autocommit mode: every statement is one commit, as an application
 * without transactions would write. {@code rowsPerInsert} rows share one INSERT.
 *
 * <p>For one thread, the connections' own.
 */
public final class ChinookLoader {
    /** The least number of variables that any SQLite build accepts in one statement. */
    private static final int VARIABLES_PER_STATEMENT = 999;

    private final List<Connection> targets;
    private final int rowsPerInsert;
    private final Progress progress;

    public ChinookLoader(Connection target, int rowsPerInsert, Progress progress) {
        this(List.of(target), rowsPerInsert, progress);
    }

    /** Deals the tables out to the connections, which must all lead to one database. */
    public ChinookLoader(List<Connection> targets, int rowsPerInsert, Progress progress) {
        if (rowsPerInsert < 1) {
            throw new IllegalArgumentException("rowsPerInsert must be at least 1: " + rowsPerInsert);
        }
        this.targets = List.copyOf(targets);
        this.rowsPerInsert = rowsPerInsert;
        this.progress = progress;
    }

    /** Told after every commit. */
    @FunctionalInterface
    public interface Progress {
        Progress NONE = (table, rowsDone, rowsTotal) -> {};

        void inserted(String table, long rowsDone, long rowsTotal);
    }

    /** What was moved. */
    public record Outcome(long rows, long commits) {}

    /** Creates every table, then inserts every row of each. Stops at the first error; what was committed stays. */
    public Outcome load(ChinookData data) throws SQLException {
        for (Connection target : targets) {
            if (!target.getAutoCommit()) {
                throw new SQLException("the target connection must be in autocommit mode");
            }
        }
        createSchema(data.tables());
        long rows = 0;
        long commits = data.tables().size();
        int next = 0;
        for (TableDefinition table : data.tables()) {
            Connection target = targets.get(next++ % targets.size());
            TableInsert insert = new TableInsert(target, table, data.rowCount(table));
            data.readRows(table, insert::add);
            insert.flush();
            rows += insert.done;
            commits += insert.commits;
        }
        return new Outcome(rows, commits);
    }

    private void createSchema(List<TableDefinition> tables) throws SQLException {
        try (Statement statement = targets.get(0).createStatement()) {
            for (TableDefinition table : tables) {
                statement.executeUpdate(table.createStatement());
            }
        }
    }

    /** The rows of one table that wait for their common INSERT. */
    private final class TableInsert {
        private final Connection target;
        private final TableDefinition table;
        private final long total;
        private final int capacity;
        private final List<@Nullable Object[]> waiting = new ArrayList<>();
        private long done;
        private long commits;

        TableInsert(Connection target, TableDefinition table, long total) {
            this.target = target;
            this.table = table;
            this.total = total;
            int fitting = VARIABLES_PER_STATEMENT / table.columns().size();
            this.capacity = Math.min(rowsPerInsert, fitting);
        }

        void add(@Nullable Object[] row) throws SQLException {
            waiting.add(row);
            if (waiting.size() == capacity) {
                flush();
            }
        }

        void flush() throws SQLException {
            if (waiting.isEmpty()) {
                return;
            }
            int inserted = insertWaiting();
            if (inserted != waiting.size()) {
                throw new SQLException(
                        "inserted " + waiting.size() + " rows into " + table.name() + ", the count says " + inserted);
            }
            done += inserted;
            commits++;
            waiting.clear();
            progress.inserted(table.name(), done, total);
        }

        private int insertWaiting() throws SQLException {
            try (PreparedStatement statement = target.prepareStatement(table.insertStatement(waiting.size()))) {
                int parameter = 1;
                for (@Nullable Object[] row : waiting) {
                    for (Object value : row) {
                        statement.setObject(parameter++, value);
                    }
                }
                return statement.executeUpdate();
            }
        }
    }
}
