package io.replsqlite.session;

import io.replsqlite.local.LocalConnection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The primary's tables, views, indexes and triggers, empty, in a database in memory: statements compile there, and
 * sqlite-jdbc describes it. It may be behind the primary, which judges every statement again.
 */
final class SchemaMirror {
    private static final System.Logger LOG = System.getLogger(SchemaMirror.class.getName());
    /** SQLite makes its own tables itself. */
    static final String QUERY = "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL"
            + " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid";

    private final LocalConnection connection;
    private Map<String, SchemaObject> mirrored = new LinkedHashMap<>();

    SchemaMirror(LocalConnection connection) {
        this.connection = connection;
    }

    record SchemaObject(String type, String name, String sql) {}

    /** Makes the mirror show these; what cannot be made here does not compile here and is left to the primary. */
    void show(List<SchemaObject> objects) throws SQLException {
        Map<String, SchemaObject> wanted = new LinkedHashMap<>();
        objects.forEach(object -> wanted.put(object.name(), object));
        List<SchemaObject> old = new ArrayList<>(mirrored.values());
        old.removeIf(object -> object.equals(wanted.get(object.name())));
        lockAgainstWrites(false);
        try {
            replace(old, objects);
        } finally {
            lockAgainstWrites(true);
        }
        mirrored = wanted;
    }

    /** Were a statement that writes to run here by mistake, its rows would vanish without an error. */
    private void lockAgainstWrites(boolean locked) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            boolean ignored = statement.execute("PRAGMA query_only = " + locked);
        }
    }

    private void replace(List<SchemaObject> old, List<SchemaObject> objects) throws SQLException {
        for (SchemaObject object : old) {
            String quoted = "\"" + object.name().replace("\"", "\"\"") + "\"";
            attempt("DROP " + object.type() + " IF EXISTS " + quoted, object);
        }
        // Dropping a table drops its indexes and triggers, so that what is there is asked anew.
        Set<String> present = present();
        for (SchemaObject object : objects) {
            if (!present.contains(object.name())) {
                attempt(object.sql(), object);
            }
        }
    }

    private Set<String> present() throws SQLException {
        Set<String> names = new HashSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT name FROM sqlite_schema")) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        return names;
    }

    private void attempt(String sql, SchemaObject object) {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            boolean ignored = statement.execute();
        } catch (SQLException notHere) {
            // A module that is missing here, a shadow table that its virtual table has made, a table that is being
            // read.
            LOG.log(System.Logger.Level.DEBUG, "not mirrored: " + object.type() + " " + object.name(), notHere);
        }
    }
}
