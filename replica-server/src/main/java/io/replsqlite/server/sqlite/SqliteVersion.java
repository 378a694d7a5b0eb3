package io.replsqlite.server.sqlite;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** A version of the SQLite library, and whether a checkpointer may run beside writers on it. */
public record SqliteVersion(int major, int minor, int patch) implements Comparable<SqliteVersion> {

    /** @throws IllegalArgumentException unless the text starts with three numbers separated by dots */
    public static SqliteVersion parse(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length < 3) {
            throw new IllegalArgumentException("not a SQLite version: '" + text + "'");
        }
        return new SqliteVersion(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
    }

    /** Asks the library behind a connection. */
    public static SqliteVersion of(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select sqlite_version()")) {
            row.next();
            return parse(row.getString(1));
        }
    }

    /**
     * Whether a checkpoint racing a WAL reset can silently lose committed frames. Fixed in 3.51.3, in 3.53.0 (3.52.0 was
     * withdrawn), and by backport in 3.50.7 and 3.44.6.
     */
    public boolean hasWalResetBug() {
        if (major != 3) {
            return major < 3;
        }
        return switch (minor) {
            case 44 -> patch < 6;
            case 50 -> patch < 7;
            case 51 -> patch < 3;
            case 52 -> true;
            default -> minor < 51;
        };
    }

    /** @throws UnusableDatabaseException if the library behind the connection has the WAL-reset bug */
    public static void requireSafe(Connection connection) throws SQLException, UnusableDatabaseException {
        requireSafe(of(connection));
    }

    static void requireSafe(SqliteVersion version) throws UnusableDatabaseException {
        if (version.hasWalResetBug()) {
            throw new UnusableDatabaseException(
                    "this process uses SQLite " + version,
                    "its WAL-reset bug can lose committed transactions when a checkpoint runs beside a writer",
                    "use a sqlite-jdbc with SQLite 3.51.3 or newer (3.50.7 and 3.44.6 have the fix too; 3.52.0 was"
                            + " withdrawn)");
        }
    }

    @Override
    public int compareTo(SqliteVersion other) {
        int byMajor = Integer.compare(major, other.major);
        int byMinor = byMajor != 0 ? byMajor : Integer.compare(minor, other.minor);
        return byMinor != 0 ? byMinor : Integer.compare(patch, other.patch);
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + patch;
    }
}
