package io.replsqlite.server.execute;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.Txid;
import io.replsqlite.local.SqliteErrors;
import io.replsqlite.route.Pragma;
import io.replsqlite.route.Program;
import io.replsqlite.route.SqlStatement;
import io.replsqlite.wire.ErrorResponse;
import io.replsqlite.wire.ExecuteRequest;
import io.replsqlite.wire.ExecuteRequest.Kind;
import io.replsqlite.wire.ExecuteResponse;
import io.replsqlite.wire.ExecuteResponse.Rows;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConnection;
import org.sqlite.core.DB;

/**
 * Runs one request on a connection inside a transaction that the caller holds. Everything goes through prepared
 * statements: sqlite-jdbc's plain ones take {@code backup} and {@code restore} as commands of its own.
 */
public final class StatementExecutor {
    private final ExecuteLimits limits;

    public StatementExecutor(ExecuteLimits limits) {
        this.limits = limits;
    }

    /** Answers whole results only. @throws SQLException only if the connection itself cannot be used */
    public ExecuteOutcome execute(ExecuteRequest request, Connection connection) throws SQLException {
        return execute(request, connection, null);
    }

    /**
     * @param cursors takes a read result that is longer than a page, if the request allows that; null: results come whole
     * @throws SQLException only if the connection itself cannot be used; a statement's failure is an outcome
     */
    public ExecuteOutcome execute(ExecuteRequest request, Connection connection, @Nullable OpenCursors cursors)
            throws SQLException {
        for (ExecuteRequest.Statement statement : request.statements()) {
            String refusal = StatementText.of(statement.sql()).refusal();
            if (refusal != null) {
                return failed(ErrorResponse.of(ErrorResponse.Kind.REFUSED, refusal), request);
            }
        }
        DB database = connection.unwrap(SQLiteConnection.class).getDatabase();
        try (Confinement confined = new Confinement(database, request, limits.valueBytes())) {
            return new Run(request, connection, database, cursors).run();
        }
    }

    private static ExecuteOutcome failed(ErrorResponse error, ExecuteRequest request) {
        return new ExecuteOutcome.Failed(error.withId(request.id()));
    }

    /** One request on its way. */
    private final class Run {
        private final ExecuteRequest request;
        private final Connection connection;
        private final @Nullable OpenCursors cursors;
        private final StatementCache cache;
        private final DB database;
        private final List<Long> counts = new ArrayList<>();
        private long changesBefore;
        private boolean insertedKeys;
        private long lastRowid;
        private @Nullable Rows rows;

        /** The key of each entry that inserted; null if they are not asked for. */
        private final @Nullable List<List<@Nullable Object>> keys;

        Run(ExecuteRequest request, Connection connection, DB database, @Nullable OpenCursors cursors)
                throws SQLException {
            this.request = request;
            this.connection = connection;
            this.cursors = request.paged() ? cursors : null;
            this.cache = StatementCache.of(connection);
            this.database = database;
            this.keys = request.kind() == Kind.BATCH && request.generatedKeys() ? new ArrayList<>() : null;
        }

        ExecuteOutcome run() throws SQLException {
            try {
                cache.counters().show(request.counters());
                changesBefore = database.total_changes();
                List<ExecuteRequest.Statement> statements = request.statements();
                int last = statements.size() - 1;
                for (int index = 0; index <= last; index++) {
                    run(statements.get(index), index == last ? cursors : null);
                }
                return new ExecuteOutcome.Done(response(null));
            } catch (SQLException failure) {
                return failedAt(SqliteErrors.toResponse(failure));
            } catch (ResultTooLargeException tooLarge) {
                return failed(
                        ErrorResponse.of(ErrorResponse.Kind.TOO_LARGE, String.valueOf(tooLarge.getMessage())), request);
            }
        }

        /** SQLite has undone the failed statement itself; in a batch, those before it stay. */
        private ExecuteOutcome failedAt(ErrorResponse error) throws SQLException {
            boolean keepsTheRest = request.kind() == Kind.BATCH && !counts.isEmpty();
            return keepsTheRest
                    ? new ExecuteOutcome.Done(response(error.withId(request.id())))
                    : failed(error, request);
        }

        private void run(ExecuteRequest.Statement statement, @Nullable OpenCursors pages) throws SQLException {
            if (request.kind() == Kind.READ) {
                requireRead(statement.sql());
            }
            if (pages != null && isQuery(statement)) {
                runPaged(statement, pages);
            } else {
                runAll(statement);
            }
        }

        private boolean isQuery(ExecuteRequest.Statement statement) throws SQLException {
            return switch (StatementText.of(statement.sql()).firstWord()) {
                case "SELECT", "VALUES" -> statement.parameters().size() == 1;
                case "WITH" -> statement.parameters().size() == 1 && !writes(statement.sql());
                default -> false;
            };
        }

        private void runPaged(ExecuteRequest.Statement statement, OpenCursors pages) throws SQLException {
            PreparedStatement prepared = connection.prepareStatement(statement.sql());
            OpenCursor cursor;
            try {
                bind(prepared, statement.parameters().get(0));
                cursor = new OpenCursor(prepared, prepared.executeQuery(), request.maxRows(), pages.limits());
            } catch (SQLException failure) {
                prepared.close();
                throw failure;
            }
            rows = pages.firstPage(cursor);
            insertedKeys = false;
            counts.add(0L);
        }

        private void runAll(ExecuteRequest.Statement statement) throws SQLException {
            String sql = statement.sql();
            StatementText text = StatementText.of(sql);
            InsertWatch watch = InsertWatch.of(text, connection);
            PreparedStatement prepared = cache.take(text);
            boolean complete = false;
            try (watch) {
                int left = statement.parameters().size();
                for (List<@Nullable Object> parameters : statement.parameters()) {
                    bind(prepared, parameters);
                    watch.begin();
                    runOne(prepared);
                    left--;
                    if (left == 0 || keys != null) {
                        noteKey(text, watch);
                    }
                }
                complete = true;
            } finally {
                if (complete) {
                    cache.giveBack(text, prepared);
                } else {
                    prepared.close();
                }
            }
        }

        private void noteKey(StatementText text, InsertWatch watch) throws SQLException {
            long rowid = text.isInsert() ? lastRowid() : 0;
            insertedKeys = watch.sawInsert(counts.get(counts.size() - 1), rowid);
            // The writer's connection serves everybody: what it inserted last may be another session's row.
            lastRowid = insertedKeys ? rowid : lastRowid;
            if (insertedKeys && keys != null) {
                keys.add(List.of(rowid));
            }
        }

        /** The client took it for a read under its schema; here it may be something else. */
        private void requireRead(String sql) throws SQLException {
            SqlStatement statement = StatementText.of(sql).statement();
            if (statement.firstWord().equals("PRAGMA")) {
                require(Pragma.of(statement).isQuery());
            } else if (!statement.firstWord().equals("EXPLAIN")) {
                require(!writes(sql));
            }
        }

        private void require(boolean isRead) throws SQLException {
            if (!isRead) {
                throw new SQLException("a statement that writes was sent as a read");
            }
        }

        private boolean writes(String sql) throws SQLException {
            try (PreparedStatement explain = connection.prepareStatement("EXPLAIN " + sql);
                    ResultSet lines = explain.executeQuery()) {
                while (lines.next()) {
                    Program.Opcode opcode =
                            new Program.Opcode(lines.getString("opcode"), lines.getLong("p1"), lines.getLong("p2"));
                    if (opcode.opensWrite()) {
                        return true;
                    }
                }
                return false;
            }
        }

        private void bind(PreparedStatement prepared, List<@Nullable Object> parameters) throws SQLException {
            int expected = prepared.getParameterMetaData().getParameterCount();
            if (parameters.size() != expected) {
                throw new SQLException("the statement has " + expected + " parameters, " + parameters.size() + " came");
            }
            for (int index = 0; index < expected; index++) {
                prepared.setObject(index + 1, parameters.get(index));
            }
        }

        private void runOne(PreparedStatement prepared) throws SQLException {
            long before = database.total_changes();
            if (prepared.execute()) {
                try (ResultSet result = prepared.getResultSet()) {
                    rows = RowReader.readWhole(result, request.maxRows(), limits);
                }
            }
            // changes() keeps its value from earlier statements when this one changed nothing, as DDL does.
            long changes = database.total_changes() == before ? 0 : database.changes();
            counts.add(changes);
        }

        private ExecuteResponse response(@Nullable ErrorResponse failure) throws SQLException {
            return new ExecuteResponse(
                    request.id(),
                    Epoch.NONE,
                    Txid.ZERO,
                    List.copyOf(counts),
                    database.total_changes() - changesBefore,
                    lastRowid,
                    insertedKeys,
                    keys == null ? rows : Rows.ofKeys(List.copyOf(keys)),
                    failure);
        }

        private long lastRowid() throws SQLException {
            try (ResultSet result = cache.lastRowid().executeQuery()) {
                return result.next() ? result.getLong(1) : 0;
            }
        }
    }
}
