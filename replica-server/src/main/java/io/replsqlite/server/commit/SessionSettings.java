package io.replsqlite.server.commit;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The per-connection settings of whoever sent a request, put on a connection before its transaction begins: SQLite ignores
 * some of them inside one. What a client does not set has SQLite's default, whatever the client before it had. For the
 * thread that owns the connection.
 */
public final class SessionSettings {
    private static final Map<String, String> DEFAULTS = Map.of(
            "foreign_keys", "0", "recursive_triggers", "0", "case_sensitive_like", "0", "defer_foreign_keys", "0");

    private final Connection connection;
    private final Map<String, String> applied = new HashMap<>(DEFAULTS);
    private final Map<String, String> inForce = new HashMap<>(DEFAULTS);

    public SessionSettings(Connection connection) {
        this.connection = connection;
    }

    /** @throws SQLException if a setting is unknown or its value is not a switch; nothing was executed */
    public void apply(Map<String, String> wanted) throws SQLException {
        for (String name : wanted.keySet()) {
            if (!DEFAULTS.containsKey(name)) {
                throw new SQLException("The setting '" + name + "' cannot be sent with a statement. Possible are: "
                        + String.join(", ", DEFAULTS.keySet().stream().sorted().toList()) + ".");
            }
        }
        for (Map.Entry<String, String> standard : DEFAULTS.entrySet()) {
            String name = standard.getKey();
            String value = wanted.containsKey(name) ? asSwitch(name, wanted.get(name)) : standard.getValue();
            inForce.put(name, value);
            if (!value.equals(applied.get(name)) || name.equals("defer_foreign_keys")) {
                set(name, value);
            }
        }
    }

    /** Whether the settings applied last switch this on. */
    boolean isOn(String name) {
        return "1".equals(inForce.get(name));
    }

    /** @throws SQLException if the text is not a switch */
    public static boolean isSwitchedOn(String name, String text) throws SQLException {
        return asSwitch(name, text).equals("1");
    }

    private static String asSwitch(String name, String text) throws SQLException {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "1", "on", "true", "yes" -> "1";
            case "0", "off", "false", "no" -> "0";
            default -> throw new SQLException("The setting " + name + " is on or off, not '" + text + "'.");
        };
    }

    private void set(String name, String value) throws SQLException {
        if (name.equals("defer_foreign_keys") && value.equals("0") && value.equals(applied.get(name))) {
            return; // SQLite switches it off itself at the end of each transaction
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("pragma " + name + "=" + value);
        }
        applied.put(name, name.equals("defer_foreign_keys") ? "0" : value);
    }
}
