package io.replsqlite.jdbc;

import io.replsqlite.api.LastRoute;
import io.replsqlite.api.ReplicaStatement;
import io.replsqlite.base.Durability;
import io.replsqlite.route.Classification;
import io.replsqlite.route.Classification.Place;
import io.replsqlite.route.SqlStatement;
import io.replsqlite.session.Forward;
import io.replsqlite.session.PrimaryErrors;
import io.replsqlite.session.Transactions;
import io.replsqlite.wire.ErrorResponse;
import io.replsqlite.wire.ExecuteRequest;
import io.replsqlite.wire.ExecuteRequest.Kind;
import io.replsqlite.wire.ExecuteResponse;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A statement that runs each text where it belongs. */
class RoutedStatement extends LocalStatement implements ReplicaStatement {
    private static final int SQLITE_READONLY = 8;

    private final RoutedConnection connection;
    private final List<String> batch = new ArrayList<>();
    private @Nullable Outcome outcome;

    RoutedStatement(RoutedConnection connection, Statement main) {
        super(connection.session(), main);
        this.connection = connection;
    }

    @Override
    public ResultSet executeQuery(String sql) throws SQLException {
        Classification classification = begin(sql);
        ResultSet local = runsLocally(classification)
                ? locally(classification, sql, statement -> opened(statement.executeQuery(sql)))
                : null;
        return local != null
                ? local
                : rowsOf(atPrimary(classification, SqlStatement.first(sql).text()));
    }

    @Override
    public boolean execute(String sql) throws SQLException {
        Classification classification = begin(sql);
        if (classification.place() == Place.IGNORED) {
            return false;
        }
        Boolean local = runsLocally(classification)
                ? locally(classification, sql, statement -> executed(statement.execute(sql)))
                : null;
        return local != null
                ? local
                : atPrimary(classification, SqlStatement.first(sql).text()).rows() != null;
    }

    @Override
    public long executeLargeUpdate(String sql) throws SQLException {
        List<SqlStatement> statements = SqlStatement.split(sql);
        if (statements.size() > 1) {
            return executeSeveral(sql, statements);
        }
        Classification classification = begin(sql);
        if (classification.place() == Place.IGNORED) {
            return 0;
        }
        Long local = runsLocally(classification)
                ? locally(classification, sql, statement -> statement.executeLargeUpdate(sql))
                : null;
        return local != null ? local : atPrimary(classification, sql).response().totalChanges();
    }

    /** All run where the first that writes must run. */
    private long executeSeveral(String sql, List<SqlStatement> statements) throws SQLException {
        if (statements.stream().anyMatch(SqlStatement::isTransactionControl)) {
            return executeOneByOne(statements);
        }
        Classification decisive = new Classification(Place.LOCAL, "several statements that only read");
        List<ExecuteRequest.Statement> requests = new ArrayList<>();
        for (SqlStatement statement : statements) {
            Classification classification = begin(statement.text());
            decisive = classification.place() == Place.PRIMARY ? classification : decisive;
            requests.add(ExecuteRequest.Statement.of(statement.text()));
        }
        decisive = decisive.hintedBy(sql);
        Long local =
                runsLocally(decisive) ? locally(decisive, sql, statement -> statement.executeLargeUpdate(sql)) : null;
        return local != null ? local : keep(send(decisive, requests)).response().totalChanges();
    }

    private long executeOneByOne(List<SqlStatement> statements) throws SQLException {
        long changes = 0;
        for (SqlStatement statement : statements) {
            changes += executeLargeUpdate(statement.text());
        }
        return changes;
    }

    @Override
    public int executeUpdate(String sql) throws SQLException {
        return (int) executeLargeUpdate(sql);
    }

    @Override
    public @Nullable ResultSet getResultSet() throws SQLException {
        if (outcome != null) {
            return outcome.rows();
        }
        return localResultSet();
    }

    @Override
    public long getLargeUpdateCount() throws SQLException {
        return outcome != null ? outcome.updateCount() : super.getLargeUpdateCount();
    }

    @Override
    public int getUpdateCount() throws SQLException {
        return outcome != null ? (int) outcome.updateCount() : super.getUpdateCount();
    }

    @Override
    public boolean getMoreResults() throws SQLException {
        return getMoreResults(CLOSE_CURRENT_RESULT);
    }

    @Override
    public boolean getMoreResults(int mode) throws SQLException {
        if (outcome == null) {
            releaseLocalResult();
            return super.getMoreResults(mode);
        }
        closeRemoteRows();
        outcome = outcome.consumed();
        return false;
    }

    @Override
    public ResultSet getGeneratedKeys() throws SQLException {
        return new RowsResultSet(this, scratch(), (outcome == null ? Outcome.NOTHING : outcome).generatedKeys());
    }

    @Override
    public void addBatch(String sql) throws SQLException {
        batch.add(sql);
    }

    @Override
    public void clearBatch() throws SQLException {
        batch.clear();
    }

    @Override
    public int[] executeBatch() throws SQLException {
        return Batches.toInts(executeLargeBatch());
    }

    /** A batch is one request if its entries all run at the primary, as they nearly always do. */
    @Override
    public long[] executeLargeBatch() throws SQLException {
        List<ExecuteRequest.Statement> statements = new ArrayList<>();
        String why = "";
        Durability asked = Durability.LOCAL;
        for (String sql : batch) {
            Classification classification = begin(sql);
            if (classification.place() != Place.PRIMARY) {
                throw new SQLFeatureNotSupportedException("a batch takes statements that write, not: " + sql);
            }
            why = classification.why();
            asked = asked.or(asked(classification));
            statements.add(ExecuteRequest.Statement.of(SqlStatement.first(sql).text()));
        }
        try {
            return statements.isEmpty() ? new long[0] : sendBatch(statements, statements.size(), true, why, asked);
        } finally {
            clearBatch();
        }
    }

    /** Forgets the previous execution and says where this text runs. */
    final Classification begin(String sql) throws SQLException {
        limit().begin(main().getQueryTimeout());
        Classification classification = permitted(session().classify(sql));
        forget();
        return classification;
    }

    final void forget() throws SQLException {
        closeRemoteRows();
        outcome = null;
        route().forget();
        releaseLocalResult();
    }

    private void closeRemoteRows() throws SQLException {
        if (outcome != null && outcome.rows() != null) {
            outcome.rows().close();
        }
    }

    private Classification permitted(Classification classification) throws SQLException {
        requirePossible(classification);
        if (classification.place() == Place.TRANSACTION_CONTROL) {
            connection.transactions().requireTextPossible();
        }
        boolean writes = classification.place() == Place.PRIMARY && !classification.isUnknownHere();
        if (writes && connection.isReadOnly()) {
            throw new SQLException("attempt to write on a read-only connection", "25006", SQLITE_READONLY);
        }
        if (classification.place() == Place.IGNORED && !connection.isReadOnly()) {
            throw new SQLFeatureNotSupportedException(
                    "SET TRANSACTION READ ONLY says nothing to SQLite: call setReadOnly(true) before the transaction");
        }
        return classification;
    }

    /** The SQLState stays null: pools throw the connection away at 0A000. */
    static void requirePossible(Classification classification) throws SQLException {
        if (classification.place() == Place.REFUSED) {
            throw new SQLFeatureNotSupportedException(classification.why());
        }
    }

    /**
     * Passes the consistency gate for a local read; false if the policy sends it to the primary. A transaction passes once,
     * with the read that takes its snapshot, and runs as a whole where that runs.
     */
    final boolean runsLocally(Classification classification) throws SQLException {
        if (isOfTheLocalConnection(classification.place())) {
            return true;
        }
        Transactions transactions = session().transactions();
        if (classification.place() != Place.LOCAL || transactions.holdsSnapshot()) {
            return classification.place() == Place.LOCAL;
        }
        boolean mayBeginHere =
                transactions.mayTakeSnapshot() && session().mainLane().isFree();
        if (transactions.isActive() && !mayBeginHere) {
            if (classification.isBoundHere()) {
                throw ReadRoute.notMovable("belongs to a transaction that runs there");
            }
            return false;
        }
        return route().isLocal(session(), classification, limit().deadline());
    }

    private static boolean isOfTheLocalConnection(Place place) {
        return place == Place.LOCAL_AND_REMEMBERED || place == Place.LOCAL_CONNECTION || place == Place.LOCAL_TEMPORARY;
    }

    final String why(Classification classification) {
        return route().why(classification);
    }

    final Outcome atPrimary(Classification classification, String sql) throws SQLException {
        if (classification.place() == Place.TRANSACTION_CONTROL) {
            return control(sql);
        }
        return keep(send(classification, List.of(ExecuteRequest.Statement.of(sql))));
    }

    final Outcome control(String sql) throws SQLException {
        connection.transactions().run(SqlStatement.first(sql));
        outcome = Outcome.NOTHING;
        return outcome;
    }

    /** The durability that a statement asks for. */
    final Durability asked(Classification classification) {
        return session().durability(classification.hint());
    }

    final ExecuteResponse send(Classification classification, List<ExecuteRequest.Statement> statements)
            throws SQLException {
        boolean mayWrite = classification.place() == Place.PRIMARY && !connection.isReadOnly();
        Kind kind = mayWrite ? Kind.WRITE : Kind.READ;
        return send(kind, statements, false, why(classification), asked(classification));
    }

    /** One request for all entries of a batch. @return their counts */
    final long[] sendBatch(
            List<ExecuteRequest.Statement> entries, int size, boolean wantsKeys, String why, Durability asked)
            throws SQLException {
        ExecuteResponse response = send(Kind.BATCH, entries, wantsKeys, why, asked);
        outcome = Outcome.ofBatch(response, wantsKeys);
        return Batches.counts(response, size);
    }

    private ExecuteResponse send(
            Kind kind, List<ExecuteRequest.Statement> statements, boolean wantsKeys, String why, Durability asked)
            throws SQLException {
        Forward forward =
                new Forward(kind, statements, main().getLargeMaxRows(), wantsKeys, limit().left(), asked, why);
        return session().atPrimary(forward, route().note());
    }

    final Outcome keep(ExecuteResponse response) throws SQLException {
        ErrorResponse failure = response.failure();
        if (failure != null) {
            throw PrimaryErrors.toException(failure, response.id());
        }
        ResultSet rows = response.rows() == null
                ? null
                : new RowsResultSet(this, scratch(), response.rows(), session().lastPages());
        List<Long> counts = response.counts();
        long count = rows != null || counts.isEmpty() ? Outcome.NO_COUNT : counts.get(counts.size() - 1);
        outcome = Outcome.ofOne(response, rows, count);
        return outcome;
    }

    static ResultSet rowsOf(Outcome outcome) throws SQLException {
        if (outcome.rows() == null) {
            // sqlite-jdbc's own words, and as there, the statement has run.
            throw new SQLException("query does not return ResultSet", "SQLITE_DONE", 101);
        }
        return outcome.rows();
    }

    final Connection scratch() {
        return session().mainLane().connection();
    }

    /** Interrupts what this connection runs, here or at the primary. From any thread. */
    @Override
    public void cancel() throws SQLException {
        if (!session().cancel()) {
            super.cancel();
        }
    }

    @Override
    public LastRoute lastRoute() {
        return route().note().toLastRoute();
    }

    @Override
    public @Nullable SQLWarning getWarnings() throws SQLException {
        SQLWarning stale = route().warning();
        return stale != null ? stale : super.getWarnings();
    }

    @Override
    public Connection getConnection() {
        return connection;
    }

    @Override
    public void close() throws SQLException {
        forget();
        closeFormer();
        main().close();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return Unwrapping.unwrap(type, this, main());
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return Unwrapping.isWrapperFor(type, this, main());
    }
}
