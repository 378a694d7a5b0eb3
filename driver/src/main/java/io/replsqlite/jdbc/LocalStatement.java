package io.replsqlite.jdbc;

import io.replsqlite.route.Classification;
import io.replsqlite.route.Classification.Place;
import io.replsqlite.route.Pragma;
import io.replsqlite.route.SqlStatement;
import io.replsqlite.session.LocalLane;
import io.replsqlite.session.ReadPermit;
import io.replsqlite.session.ReadRecording;
import io.replsqlite.session.RecordedReads;
import io.replsqlite.session.Session;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a statement does on the replica: sqlite-jdbc's own statements, each on its lane, and the result that one has open. */
abstract class LocalStatement extends KeyReportingStatement {
    private final Session session;
    private final Statement main;
    private final ReadRoute route = new ReadRoute();
    private final TimeLimit limit = new TimeLimit();

    private Statement current;
    private LocalLane lane;
    private @Nullable LocalResultSet localResult;
    private @Nullable ResultSet notYetHandedOut;
    private String text = "";

    LocalStatement(Session session, Statement main) {
        this.session = session;
        this.main = main;
        this.current = main;
        this.lane = session.mainLane();
    }

    /** sqlite-jdbc's statement that ran last; settings go to the main one, see {@link #statementOn}. */
    @Override
    final Statement delegate() {
        return current;
    }

    final Session session() {
        return session;
    }

    final Statement main() {
        return main;
    }

    final ReadRoute route() {
        return route;
    }

    final TimeLimit limit() {
        return limit;
    }

    /** What a local execution does with sqlite-jdbc's statement. */
    interface LocalExecution<T> {
        T on(Statement statement) throws SQLException;
    }

    /** @return null if what it would show must not be shown here, and its policy is to run it at the primary */
    final <T> @Nullable T locally(Classification classification, String sql, LocalExecution<T> execution)
            throws SQLException {
        closeFormer();
        text = sql;
        current = statementOn(laneFor(classification));
        try {
            T result = limit.deadline() == null ? execution.on(current) : limited(execution);
            if (classification.place() == Place.LOCAL_TEMPORARY
                    && SqlStatement.first(sql).changesSchema()) {
                session.mainLane().connection().temporarySchemaChanged();
            }
            if (sees(classification) && !isSettled(classification)) {
                return null;
            }
            if (classification.place() == Place.LOCAL_AND_REMEMBERED) {
                Pragma pragma = Pragma.of(SqlStatement.first(sql));
                session.remember(pragma.name(), pragma.argument(), sql);
            }
            if (classification.place() == Place.LOCAL_TEMPORARY) {
                cannotBeRepeated("it has written to a temporary table");
            }
            return result;
        } catch (SQLException failure) {
            cannotBeRepeated("a statement on its snapshot failed");
            throw translate(failure);
        }
    }

    /** SQLite has stepped to the first row, so that the snapshot is taken; now it must not show what may yet be lost. */
    private boolean isSettled(Classification classification) throws SQLException {
        ReadPermit permit;
        try {
            permit = session.settle(
                    limit.deadline(), classification.place() == Place.LOCAL && !classification.isBoundHere());
        } catch (SQLException notMet) {
            closeResult();
            throw notMet;
        }
        if (permit != null && permit.place() == ReadPermit.Place.PRIMARY) {
            closeResult();
            route.moved(permit);
            return false;
        }
        if (permit != null) {
            route.warn(permit.why());
        }
        return true;
    }

    private static boolean sees(Classification classification) {
        return classification.place() == Place.LOCAL || classification.place() == Place.LOCAL_TEMPORARY;
    }

    private void closeResult() throws SQLException {
        notYetHandedOut = null;
        if (localResult != null) {
            localResult.close();
        }
    }

    /** What a transaction on a snapshot does beside reading rows. */
    private void cannotBeRepeated(String why) {
        RecordedReads reads = session.transactions().reads();
        if (reads != null) {
            reads.cannotBeRepeated(why);
        }
    }

    private <T> T limited(LocalExecution<T> execution) throws SQLException {
        return limit.execute(lane.connection(), () -> execution.on(current));
    }

    /** The lane for a read that the gate let through; what is not a read stays with the main one. */
    private LocalLane laneFor(Classification classification) throws SQLException {
        LocalLane showing = session.laneForRead(route.why(classification), route.note(), sees(classification));
        lane = classification.place() == Place.LOCAL ? showing : session.mainLane();
        return lane;
    }

    Statement statementOn(LocalLane target) throws SQLException {
        if (target == session.mainLane()) {
            return main;
        }
        Statement statement = target.connection().createStatement();
        copySettings(main, statement);
        return statement;
    }

    static void copySettings(Statement from, Statement to) throws SQLException {
        to.setLargeMaxRows(from.getLargeMaxRows());
        to.setFetchSize(from.getFetchSize());
        to.setQueryTimeout(from.getQueryTimeout());
    }

    /** Another lane's statement serves one execution. */
    void closeFormer() throws SQLException {
        if (current != main) {
            current.close();
            current = main;
        }
    }

    final ResultSet opened(ResultSet result) throws SQLException {
        LocalResultSet known = localResult;
        if (known == null || !known.isOf(result)) {
            known = new LocalResultSet(result, this, lane, limit);
            localResult = known;
        }
        known.opened(route.note().txid(), route.note().asOfNanos(), recording());
        return known;
    }

    private @Nullable ReadRecording recording() throws SQLException {
        RecordedReads reads = session.transactions().reads();
        return reads == null ? null : reads.begin(SqlStatement.first(text).text(), parameters());
    }

    /** The values with which a local execution runs. */
    List<@Nullable Object> parameters() throws SQLException {
        return List.of();
    }

    /** SQLite has stepped to the first row already: the result pins its snapshot before it is asked for. */
    final boolean executed(boolean hasRows) throws SQLException {
        if (hasRows) {
            notYetHandedOut = opened(current.getResultSet());
        }
        return hasRows;
    }

    /** The result of the last execution, where it was local. */
    final @Nullable ResultSet localResultSet() throws SQLException {
        ResultSet result = notYetHandedOut;
        notYetHandedOut = null;
        return result != null ? result : super.getResultSet();
    }

    final void releaseLocalResult() {
        notYetHandedOut = null;
        if (localResult != null) {
            localResult.released();
        }
    }
}
