package io.replsqlite.local;

import io.replsqlite.route.Program;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteOpenMode;
import org.sqlite.jdbc4.JDBC4Connection;

/**
 * A connection of sqlite-jdbc in this process. One to the replica file is natively read-only: SQLite refuses every write to the main database, whatever the
 * user does; temporary tables work.
 */
public final class LocalConnection extends JDBC4Connection implements Program {
    private static final System.Logger LOG = System.getLogger(LocalConnection.class.getName());

    /** Read by the thread that uses the connection, as it changes. */
    private long temporaryChanges;

    private LocalConnection(String reportedUrl, String file, Properties properties) throws SQLException {
        super(reportedUrl, file, properties);
    }

    /**
     * @param reportedUrl what DatabaseMetaData says
     * @param pragmas settings of sqlite-jdbc, applied when opening
     */
    public static LocalConnection open(String reportedUrl, Path file, Properties pragmas, ConnectionCounters counters)
            throws SQLException {
        Properties properties = new Properties();
        properties.putAll(pragmas);
        properties.setProperty(
                SQLiteConfig.Pragma.OPEN_MODE.pragmaName, Integer.toString(SQLiteOpenMode.READONLY.flag));
        return counting(new LocalConnection(reportedUrl, file.toString(), properties), counters);
    }

    /** A database of its own in memory, for what a connection without a replica needs of SQLite. */
    public static LocalConnection inMemory(String reportedUrl, Properties pragmas, ConnectionCounters counters)
            throws SQLException {
        return counting(new LocalConnection(reportedUrl, ":memory:", pragmas), counters);
    }

    private static LocalConnection counting(LocalConnection connection, ConnectionCounters counters)
            throws SQLException {
        try {
            counters.installOn(connection);
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    public BoundStatement bind(String sql) throws SQLException {
        return new BoundStatement(this, sql);
    }

    /** Takes parameters for a statement that does not compile here. */
    public BoundStatement bindOnly(int parameters) throws SQLException {
        StringBuilder sql = new StringBuilder("SELECT 1");
        for (int index = 1; index <= parameters; index++) {
            sql.append(",?").append(index);
        }
        return new BoundStatement(this, sql.toString());
    }

    @Override
    public List<Opcode> explain(String sql) throws SQLException {
        List<Opcode> opcodes = new ArrayList<>();
        try (Statement statement = createStatement();
                ResultSet lines = statement.executeQuery("EXPLAIN " + sql)) {
            while (lines.next()) {
                opcodes.add(new Opcode(lines.getString("opcode"), lines.getLong("p1"), lines.getLong("p2")));
            }
        }
        return opcodes;
    }

    /** Takes no lock and looks at no file: the temporary database is this connection's alone. */
    @Override
    public long temporarySchemaCookie() throws SQLException {
        return pragma("PRAGMA temp.schema_version");
    }

    @Override
    public long schemaCookie() throws SQLException {
        return pragma("PRAGMA main.schema_version") << 32 | temporarySchemaCookie();
    }

    @Override
    public long temporaryChanges() {
        return temporaryChanges;
    }

    /** A statement has changed the temporary schema. */
    public void temporarySchemaChanged() {
        temporaryChanges++;
    }

    /** Temporary tables that were made or dropped since its beginning are not there, or back. */
    @Override
    public void rollback() throws SQLException {
        try {
            super.rollback();
        } finally { // SQLite may have rolled back by itself before
            temporaryChanges += temporaryChanges > 0 ? 1 : 0;
        }
    }

    /** Of the transaction that has begun: from now on it sees what the file shows at this moment. */
    public void openSnapshot() throws SQLException {
        long ignored = pragma("SELECT count(*) FROM (SELECT 1 FROM main.sqlite_schema LIMIT 1)");
    }

    public boolean hasTemporaryObjects() throws SQLException {
        return temporarySchemaCookie() != 0;
    }

    /** Ends the statement that runs here, if one does; from any thread. A closed connection runs none. */
    public void interrupt() {
        try {
            getDatabase().interrupt();
        } catch (SQLException closed) {
            LOG.log(System.Logger.Level.TRACE, "nothing to interrupt", closed);
        }
    }

    private long pragma(String sql) throws SQLException {
        try (Statement statement = createStatement();
                ResultSet value = statement.executeQuery(sql)) {
            return value.next() ? value.getLong(1) : 0;
        }
    }
}
