package io.replsqlite.jdbc;

import io.replsqlite.local.BoundStatement;
import io.replsqlite.route.Classification;
import io.replsqlite.route.Classification.Place;
import io.replsqlite.route.SqlParameters;
import io.replsqlite.route.SqlStatement;
import io.replsqlite.session.LocalLane;
import io.replsqlite.session.Session;
import io.replsqlite.wire.ExecuteRequest;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A prepared statement. Its parameters are always bound to sqlite-jdbc's own prepared statement, which converts them;
 * a statement that runs at the primary reads them back from there.
 */
final class RoutedPreparedStatement extends DelegatingPreparedStatement {
    /** As the caller wrote it, with the hint before it; what it is classified by. */
    private final String text;

    private final String sql;
    private final BoundStatement bound;
    private final boolean compiledHere;

    /** Whether a batch is to tell its keys: that costs the primary a question for each entry. */
    private final boolean wantsKeys;

    private final List<List<@Nullable Object>> entries = new ArrayList<>();
    /** Made once: a local read allocates nothing of its own. */
    private final LocalExecution<ResultSet> localQuery =
            ignored -> opened(preparedDelegate().executeQuery());

    private PreparedStatement currentPrepared;

    private RoutedPreparedStatement(
            RoutedConnection connection,
            String text,
            String sql,
            BoundStatement bound,
            boolean compiledHere,
            boolean wantsKeys) {
        super(connection, bound);
        this.text = text;
        this.sql = sql;
        this.bound = bound;
        this.compiledHere = compiledHere;
        this.wantsKeys = wantsKeys;
        this.currentPrepared = bound;
    }

    /** @param wantsKeys whether its batches are to tell the keys of what they insert; a single execution always does */
    static RoutedPreparedStatement prepare(RoutedConnection connection, String sql, boolean wantsKeys)
            throws SQLException {
        Session session = connection.session();
        Classification classification = session.classify(sql);
        try {
            return prepare(connection, sql, classification, wantsKeys);
        } catch (SQLException refused) { // the schema here may have changed since the text was classified
            if (classification.place() != Place.PRIMARY) {
                throw refused;
            }
            return prepare(connection, sql, session.classifyAnew(sql), wantsKeys);
        }
    }

    private static RoutedPreparedStatement prepare(
            RoutedConnection connection, String sql, Classification classification, boolean wantsKeys)
            throws SQLException {
        RoutedStatement.requirePossible(classification);
        LocalLane lane = connection.session().mainLane();
        String first = SqlStatement.first(sql).text();
        boolean compiles = !classification.isUnknownHere();
        BoundStatement bound =
                compiles ? lane.connection().bind(first) : lane.connection().bindOnly(SqlParameters.count(first));
        return new RoutedPreparedStatement(connection, sql, first, bound, compiles, wantsKeys);
    }

    @Override
    PreparedStatement preparedDelegate() {
        return currentPrepared;
    }

    @Override
    public ResultSet executeQuery() throws SQLException {
        Classification classification = begin(text);
        ResultSet local = runsLocally(classification) ? locally(classification, sql, localQuery) : null;
        if (local != null) {
            return local;
        }
        if (compiledHere && !bound.returnsRows()) {
            throw new SQLException("Query does not return results");
        }
        return rowsOf(atPrimary(classification));
    }

    @Override
    public boolean execute() throws SQLException {
        Classification classification = begin(text);
        Boolean local = runsLocally(classification)
                ? locally(classification, sql, ignored -> executed(currentPrepared.execute()))
                : null;
        return local != null ? local : atPrimary(classification).rows() != null;
    }

    @Override
    public long executeLargeUpdate() throws SQLException {
        if (compiledHere && bound.returnsRows()) {
            throw new SQLException("Query returns results");
        }
        Classification classification = begin(text);
        Long local = runsLocally(classification)
                ? locally(classification, sql, ignored -> currentPrepared.executeLargeUpdate())
                : null;
        return local != null ? local : Math.max(0, atPrimary(classification).updateCount());
    }

    @Override
    public int executeUpdate() throws SQLException {
        return (int) executeLargeUpdate();
    }

    private Outcome atPrimary(Classification classification) throws SQLException {
        if (classification.place() == Place.TRANSACTION_CONTROL) {
            return control(sql);
        }
        return keep(send(classification, List.of(request(List.of(bound.values())))));
    }

    @Override
    List<@Nullable Object> parameters() {
        return bound.values();
    }

    private ExecuteRequest.Statement request(List<List<@Nullable Object>> parameters) {
        return new ExecuteRequest.Statement(sql, parameters);
    }

    /**
     * On another lane, the statement is prepared anew for one execution with the same values; so it is here if it did not
     * compile when it was prepared: what took its parameters is not the statement.
     */
    @Override
    PreparedStatement statementOn(LocalLane target) throws SQLException {
        if (compiledHere && target == session().mainLane()) {
            currentPrepared = bound;
            return bound;
        }
        PreparedStatement statement = target.connection().prepareStatement(sql);
        List<@Nullable Object> values = bound.values();
        for (int index = 0; index < values.size(); index++) {
            statement.setObject(index + 1, values.get(index));
        }
        copySettings(bound, statement);
        currentPrepared = statement;
        return statement;
    }

    @Override
    void closeFormer() throws SQLException {
        super.closeFormer();
        currentPrepared = bound;
    }

    @Override
    public void addBatch() throws SQLException {
        if (compiledHere && bound.returnsRows()) {
            throw new SQLException("Query returns results");
        }
        entries.add(bound.values());
    }

    @Override
    public void addBatch(String ignored) throws SQLException {
        throw takesNoSql();
    }

    @Override
    public void clearBatch() throws SQLException {
        entries.clear();
    }

    @Override
    public long[] executeLargeBatch() throws SQLException {
        if (entries.isEmpty()) {
            return new long[0];
        }
        Classification classification = begin(text);
        try {
            return classification.place() == Place.PRIMARY ? batchAtPrimary(classification) : batchHere();
        } finally {
            clearBatch();
        }
    }

    private long[] batchAtPrimary(Classification classification) throws SQLException {
        List<ExecuteRequest.Statement> statements = List.of(request(List.copyOf(entries)));
        return sendBatch(statements, entries.size(), wantsKeys, classification.why(), asked(classification));
    }

    /** Writes to temporary tables. */
    private long[] batchHere() throws SQLException {
        try (PreparedStatement statement = scratch().prepareStatement(sql)) {
            for (List<@Nullable Object> entry : entries) {
                for (int index = 0; index < entry.size(); index++) {
                    statement.setObject(index + 1, entry.get(index));
                }
                statement.addBatch();
            }
            return statement.executeLargeBatch();
        } catch (SQLException failure) {
            throw translate(failure);
        } finally {
            if (SqlStatement.first(sql).changesSchema()) {
                session().mainLane().connection().temporarySchemaChanged();
            }
        }
    }

    /** @throws SQLException if the statement's tables are not here yet, so that its columns are not known */
    @Override
    public ResultSetMetaData getMetaData() throws SQLException {
        if (!compiledHere) {
            throw new SQLException("the replica does not have the schema for this statement yet: " + sql);
        }
        return new LocalMetaData(super.getMetaData());
    }

    @Override
    public ParameterMetaData getParameterMetaData() throws SQLException {
        return new LocalParameters(super.getParameterMetaData());
    }

    @Override
    public ResultSet executeQuery(String ignored) throws SQLException {
        throw takesNoSql();
    }

    @Override
    public boolean execute(String ignored) throws SQLException {
        throw takesNoSql();
    }

    @Override
    public long executeLargeUpdate(String ignored) throws SQLException {
        throw takesNoSql();
    }

    private static SQLException takesNoSql() {
        return new SQLException("method cannot be called on a PreparedStatement");
    }
}
