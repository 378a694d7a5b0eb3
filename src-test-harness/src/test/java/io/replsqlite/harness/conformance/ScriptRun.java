package io.replsqlite.harness.conformance;

import io.replsqlite.api.LastRoute;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import org.sqlite.SQLiteCommitListener;
import org.sqlite.SQLiteConnection;

/**
 * One script on two connections, statement by statement. Whether a statement wrote is asked of the plain connection's
 * commit and rollback hooks, which know nothing of this driver's classification.
 */
final class ScriptRun implements AutoCloseable {
    private static final String SCHEMA_NOT_HERE = "does not compile with the schema here";
    private static final List<String> SCHEMA_CHANGES = List.of("CREATE", "DROP", "ALTER", "REINDEX", "ANALYZE");
    private static final List<String> ROW_CHANGES = List.of("INSERT", "UPDATE", "DELETE", "REPLACE");
    private static final String TEMPORARY = "writes to temporary tables";

    private final Connection plain;
    private final Connection replicated;
    private final CorpusReport report;
    private final WriteOracle oracle = new WriteOracle();

    ScriptRun(Connection plain, Connection replicated, CorpusReport report) throws SQLException {
        this.plain = plain;
        this.replicated = replicated;
        this.report = report;
        plain.unwrap(SQLiteConnection.class).addCommitListener(oracle);
    }

    /** SQLite calls one of these for every transaction that was opened for writing. */
    private static final class WriteOracle implements SQLiteCommitListener {
        private boolean wrote;

        @Override
        public void onCommit() {
            wrote = true;
        }

        @Override
        public void onRollback() {
            wrote = true;
        }
    }

    void run(String script, TestScript.Entry entry, boolean prepared) throws SQLException {
        boolean byPrepared = prepared && (entry.isQuery() || changesRows(entry.sql()));
        oracle.wrote = false;
        Answer expected = Answer.of(plain, entry, byPrepared);
        Answer found = Answer.of(replicated, entry, byPrepared);
        String route = found.route().place() + ": " + found.route().why();
        report.ran(entry, oracle.wrote, expected.failed(), route);
        if (!expected.what().equals(found.what())) {
            report.fault(script + ": " + entry.sql() + "\n  plain:      " + expected.what() + "\n  replicated: "
                    + found.what());
        }
        if (!isWhereItBelongs(entry, expected, found.route())) {
            report.fault(
                    script + ": " + (oracle.wrote ? "a write" : "a read") + " ran at " + route + ": " + entry.sql());
        }
    }

    /**
     * A write must have run at the primary, or have been to temporary tables. A read goes there only if its tables are not
     * here yet. What failed, or may change the schema and found nothing to do, belongs there by what it is: the replica,
     * which may be behind, cannot know that.
     */
    private boolean isWhereItBelongs(TestScript.Entry entry, Answer expected, LastRoute route) {
        boolean atPrimary = route.place() == LastRoute.Place.PRIMARY;
        if (oracle.wrote) {
            return atPrimary || route.why().equals(TEMPORARY);
        }
        boolean changesNothing = !entry.isQuery() && (expected.failed() || startsWith(entry.sql(), SCHEMA_CHANGES));
        return !atPrimary || changesNothing || route.why().equals(SCHEMA_NOT_HERE);
    }

    /** A prepared statement of another kind answers with the count of the statement before it, in sqlite-jdbc. */
    private static boolean changesRows(String sql) {
        return startsWith(sql, ROW_CHANGES);
    }

    private static boolean startsWith(String sql, List<String> words) {
        return words.contains(sql.trim().split("\\s+")[0].toUpperCase(Locale.ROOT));
    }

    /** In the end, both hold the same schema and the same rows. */
    void compareContent(String script) throws SQLException {
        TestScript.Entry schema =
                new TestScript.Entry("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY rowid", true);
        run(script, schema, false);
        List<?> objects = (List<?>) Answer.of(plain, schema, false).what();
        for (Object object : objects) {
            List<?> columns = (List<?>) object;
            if (columns.get(0).equals("table")) {
                run(script, new TestScript.Entry("SELECT * FROM \"" + columns.get(1) + '"', true), false);
            }
        }
    }

    @Override
    public void close() throws SQLException {
        plain.close();
        replicated.close();
    }
}
