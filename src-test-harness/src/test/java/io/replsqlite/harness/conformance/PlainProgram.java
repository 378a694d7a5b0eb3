package io.replsqlite.harness.conformance;

import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A program as people write them, that knows nothing but java.sql and a URL. What it prints must not depend on the URL.
 */
final class PlainProgram {
    private final Connection connection;
    private final List<String> output = new ArrayList<>();

    private PlainProgram(Connection connection) {
        this.connection = connection;
    }

    /** What it prints. */
    static List<String> run(String url) throws SQLException {
        return run(() -> DriverManager.getConnection(url));
    }

    /** Where a program gets its connection from. */
    interface Connecting {
        Connection open() throws SQLException;
    }

    static List<String> run(Connecting connecting) throws SQLException {
        return run(connecting, true);
    }

    /**
     * @param localConnection whether there is one: temporary tables live there
     */
    static List<String> run(Connecting connecting, boolean localConnection) throws SQLException {
        try (Connection connection = connecting.open()) {
            PlainProgram program = new PlainProgram(connection);
            program.schema();
            program.describe();
            program.rowsAndKeys();
            program.batches();
            program.errors();
            program.transactions();
            program.textTransactions();
            program.pragmas();
            if (localConnection) {
                program.temporaryTables();
            }
            program.counters();
            program.changes();
            return program.output;
        }
    }

    private void print(String what, Object value) {
        output.add(what + ": " + value);
    }

    private interface Action {
        Object run() throws SQLException;
    }

    /** The answer or the error, as an application's log would show it. */
    private void attempt(String what, Action action) {
        try {
            print(what, action.run());
        } catch (BatchUpdateException failure) {
            print(what, "after " + Arrays.toString(failure.getUpdateCounts()) + " " + failure.getMessage());
        } catch (SQLException failure) {
            print(what, "failed with " + failure.getErrorCode() + " " + failure.getMessage());
        }
    }

    private int update(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
        }
    }

    private Object query(String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int index = 0; index < parameters.length; index++) {
                statement.setObject(index + 1, parameters[index]);
            }
            return Answer.rows(statement.executeQuery());
        }
    }

    private void schema() throws SQLException {
        print("drop", update("DROP TABLE IF EXISTS invoice"));
        print(
                "create",
                update("CREATE TABLE IF NOT EXISTS customer(id INTEGER PRIMARY KEY AUTOINCREMENT,"
                        + " name VARCHAR(40) NOT NULL UNIQUE, credit DECIMAL(10,2) DEFAULT 0 CHECK (credit >= 0))"));
        print("create again", update("CREATE TABLE IF NOT EXISTS customer(other)"));
        print(
                "several",
                update("CREATE TABLE invoice(id INTEGER PRIMARY KEY, customer INT REFERENCES customer(id)"
                        + " DEFERRABLE INITIALLY DEFERRED, total REAL); CREATE INDEX invoice_of ON invoice(customer);"
                        + "CREATE VIEW owing AS SELECT name, total FROM customer JOIN invoice ON customer = customer.id;"
                        + "CREATE TABLE log(what); CREATE TRIGGER logged AFTER INSERT ON invoice"
                        + " BEGIN INSERT INTO log VALUES ('invoice ' || new.id); END"));
        attempt("create twice", () -> update("CREATE TABLE customer(id)"));
    }

    private void describe() throws SQLException {
        DatabaseMetaData metaData = connection.getMetaData();
        print("product", metaData.getDatabaseProductName() + " " + metaData.getDriverName());
        print("tables", Answer.rows(metaData.getTables(null, null, "%", null)));
        print("columns", Answer.rows(metaData.getColumns(null, null, "customer", "%")));
        print("keys", Answer.rows(metaData.getPrimaryKeys(null, null, "customer")));
        print("imported", Answer.rows(metaData.getImportedKeys(null, null, "invoice")));
        print("indexes", Answer.rows(metaData.getIndexInfo(null, null, "invoice", false, true)));
        print("isolation", connection.getTransactionIsolation() + " " + connection.getAutoCommit());
    }

    private void rowsAndKeys() throws SQLException {
        String insert = "INSERT INTO customer(name, credit) VALUES (?, ?)";
        try (PreparedStatement statement = connection.prepareStatement(insert, Statement.RETURN_GENERATED_KEYS)) {
            for (String name : List.of("Ada", "Grüße", "日本")) {
                statement.setString(1, name);
                statement.setDouble(2, 12.5);
                print("insert " + name, statement.executeUpdate());
                print("key", Answer.rows(statement.getGeneratedKeys()));
            }
        }
        try (Statement statement = connection.createStatement()) {
            print(
                    "insert",
                    statement.executeUpdate(
                            "INSERT INTO customer(name) VALUES ('Bo')", Statement.RETURN_GENERATED_KEYS));
            print("key", Answer.rows(statement.getGeneratedKeys()));
            print("execute", statement.execute("SELECT id, name FROM customer ORDER BY id"));
            print("rows", Answer.rows(statement.getResultSet()));
            print("more", statement.getMoreResults() + " " + statement.getUpdateCount());
            print("execute", statement.execute("UPDATE customer SET credit = credit + 1"));
            print("count", statement.getUpdateCount());
        }
        print("returning", query("INSERT INTO customer(name) VALUES (?) RETURNING id, name, credit", "Cy"));
        print(
                "upsert",
                query("INSERT INTO customer(name) VALUES ('Cy') ON CONFLICT(name)"
                        + " DO UPDATE SET credit = 5 RETURNING *"));
        print(
                "with",
                query("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4)"
                        + " SELECT i, name FROM n LEFT JOIN customer ON id = i ORDER BY i"));
        print("triggered", update("INSERT INTO invoice VALUES (1, 1, 9.5), (2, 2, 8.25)"));
        print("log", query("SELECT * FROM log"));
        print("view", query("SELECT * FROM owing ORDER BY 1"));
    }

    private void batches() throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("INSERT INTO log VALUES (?)")) {
            for (int entry = 0; entry < 4; entry++) {
                statement.setInt(1, entry);
                statement.addBatch();
            }
            print("batch", Arrays.toString(statement.executeBatch()));
            print("empty batch", Arrays.toString(statement.executeBatch()));
        }
        try (Statement statement = connection.createStatement()) {
            statement.addBatch("UPDATE log SET what = 0 WHERE what = 3");
            statement.addBatch("INSERT INTO customer(name) VALUES ('Ada')");
            statement.addBatch("DELETE FROM log");
            attempt("failing batch", statement::executeBatch);
        }
        print("log", query("SELECT what FROM log ORDER BY rowid"));
    }

    private void errors() {
        attempt("unique", () -> update("INSERT INTO customer(name) VALUES ('Ada')"));
        attempt("not null", () -> update("INSERT INTO customer(name) VALUES (NULL)"));
        attempt("check", () -> update("UPDATE customer SET credit = -1"));
        attempt("primary key", () -> update("INSERT INTO customer(id, name) VALUES (1, 'x')"));
        attempt("syntax", () -> update("INSERT INTO"));
        attempt("no table", () -> query("SELECT * FROM nowhere"));
        attempt("no column", () -> query("SELECT nothing FROM customer"));
        attempt("type", () -> update("INSERT INTO customer(id, name) VALUES ('x', 'y')"));
        attempt("overflow", () -> query("SELECT abs(-9223372036854775808)"));
        attempt("query of an update", () -> query("UPDATE customer SET credit = 0 WHERE id = 0"));
        attempt("update of a query", () -> {
            try (PreparedStatement statement = connection.prepareStatement("SELECT 1")) {
                return statement.executeUpdate();
            }
        });
        attempt(
                "raise",
                () -> update("CREATE TRIGGER no BEFORE DELETE ON customer"
                        + " BEGIN SELECT RAISE(ABORT, 'customers stay'); END"));
        attempt("raised", () -> update("DELETE FROM customer WHERE id = 1"));
        attempt("still there", () -> query("SELECT count(*), sum(credit) FROM customer"));
    }

    private void transactions() throws SQLException {
        connection.setAutoCommit(false);
        print("own write", update("INSERT INTO log VALUES ('in')") + " " + query("SELECT count(*) FROM log"));
        Savepoint one = connection.setSavepoint("one");
        print("beyond", update("DELETE FROM log") + " " + query("SELECT count(*) FROM log"));
        connection.rollback(one);
        print("back", query("SELECT count(*) FROM log"));
        Savepoint two = connection.setSavepoint();
        attempt("failing", () -> update("INSERT INTO customer(name) VALUES ('Ada')"));
        connection.releaseSavepoint(two);
        print("goes on", update("INSERT INTO log VALUES ('after a failure')"));
        print("returning", query("DELETE FROM log WHERE what = 'in' RETURNING what"));
        connection.commit();
        print("next", query("SELECT max(rowid) FROM log"));
        print(
                "lost",
                update("CREATE TABLE passing(x)") + " " + update("INSERT INTO passing VALUES (1)")
                        + query("SELECT x FROM passing"));
        connection.rollback();
        attempt("rolled back", () -> query("SELECT * FROM passing"));
        connection.rollback();
        connection.setAutoCommit(true);
        print("log", query("SELECT what FROM log ORDER BY rowid"));
    }

    private void textTransactions() throws SQLException {
        print("begin", update("BEGIN IMMEDIATE"));
        print("inside", update("INSERT INTO log VALUES ('by text')"));
        print("savepoint", update("SAVEPOINT s"));
        print("gone", update("DELETE FROM log"));
        print("rollback to", update("ROLLBACK TO s"));
        print("commit", update("COMMIT"));
        attempt("commit again", () -> update("COMMIT"));
        attempt("rollback of nothing", () -> update("ROLLBACK"));
        attempt("release of nothing", () -> update("RELEASE s"));
        attempt("rollback to nothing", () -> update("ROLLBACK TO s"));
        attempt("commit of autocommit", () -> {
            connection.commit();
            return "committed";
        });
        print("begin", update("BEGIN"));
        attempt("begin again", () -> update("BEGIN"));
        attempt("unknown savepoint", () -> update("RELEASE absent"));
        attempt("raise", () -> update("INSERT INTO customer(id, name) VALUES (50, 'x'), (50, 'y')"));
        print("inside", query("SELECT count(*) FROM customer WHERE id = 50"));
        print("rollback", update("ROLLBACK"));
        print("log", query("SELECT count(*) FROM log"));
    }

    private void pragmas() throws SQLException {
        print("foreign_keys", query("PRAGMA foreign_keys"));
        attempt("orphan", () -> update("INSERT INTO invoice VALUES (7, 99, 1)"));
        print("on", update("PRAGMA foreign_keys = ON") + " " + query("PRAGMA foreign_keys"));
        attempt("orphan", () -> update("INSERT INTO invoice VALUES (8, 99, 1)"));
        print("check", query("PRAGMA foreign_key_check"));
        print("user_version", update("PRAGMA user_version = 42") + " " + query("PRAGMA user_version"));
        print("table_info", query("PRAGMA table_info(customer)"));
        print("encoding", query("PRAGMA encoding"));
        print("integrity", query("PRAGMA integrity_check"));
    }

    private void temporaryTables() throws SQLException {
        print("create", update("CREATE TEMP TABLE mine(id INTEGER PRIMARY KEY, v TEXT)"));
        print("insert", update("INSERT INTO mine(v) VALUES ('a'), ('b')"));
        print("join", query("SELECT v, name FROM mine JOIN customer USING (id) ORDER BY id"));
        print("update", update("UPDATE mine SET v = upper(v)"));
        print("rows", query("SELECT * FROM mine"));
        print("drop", update("DROP TABLE mine"));
        attempt("gone", () -> query("SELECT * FROM mine"));
    }

    private void counters() throws SQLException {
        print("insert", update("INSERT INTO log VALUES ('counted')"));
        print("last", query("SELECT last_insert_rowid() = (SELECT max(rowid) FROM log), changes()"));
        print("delete", update("DELETE FROM log WHERE what IS NOT NULL AND rowid > 2"));
        print("changes", query("SELECT changes()"));
        print("inserted", update("INSERT INTO log SELECT 'row ' || last_insert_rowid() || ' of ' || changes()"));
        print("log", query("SELECT what FROM log ORDER BY rowid"));
    }

    private void changes() throws SQLException {
        print("insert", update("INSERT INTO log VALUES ('last')"));
        print("delete", update("DELETE FROM log WHERE what IS NOT NULL AND rowid > 2"));
        print("vacuum", update("VACUUM"));
        print("alter", update("ALTER TABLE log ADD COLUMN at DEFAULT 'now'"));
        print("altered", query("SELECT * FROM log"));
        print("schema", query("SELECT type, name, sql FROM sqlite_schema ORDER BY name"));
    }
}
