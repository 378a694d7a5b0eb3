package io.replsqlite.jdbc;

import io.replsqlite.api.Token;
import io.replsqlite.config.ConfigParser;
import io.replsqlite.config.ReadRule;
import io.replsqlite.config.Setting;
import io.replsqlite.session.Session;
import java.sql.ClientInfoStatus;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * JDBC's client info: what reads of this connection must see, its token, and the standard names, which are only kept. A
 * name that is set to null says what URL and properties say.
 */
final class ClientInfo {
    static final String TOKEN = "token";
    private static final String TRANSACTIONS = Setting.TRANSACTIONS.key();
    private static final String DURABILITY = Setting.DURABILITY.key();
    private static final List<String> KEPT = List.of("ApplicationName", "ClientUser", "ClientHostname");
    private static final int MAX_LENGTH = 256;

    private final Session session;
    private final Map<String, String> kept = new HashMap<>();

    ClientInfo(Session session) {
        this.session = session;
    }

    boolean knows(String name) {
        return name.equals(TOKEN) || isOfWrites(name) || KEPT.contains(name) || setting(name) != null;
    }

    private static boolean isOfWrites(String name) {
        return name.equals(TRANSACTIONS) || name.equals(DURABILITY);
    }

    private static @Nullable Setting setting(String name) {
        return Setting.named(name, ReadRule.SETTINGS).orElse(null);
    }

    /** @throws SQLClientInfoException if the value is not one of the name's; nothing has changed then */
    void set(String name, @Nullable String value) throws SQLClientInfoException {
        try {
            Setting setting = setting(name);
            if (setting != null) {
                ReadRule rule = session.readRule();
                String text = value == null ? session.configured().read().text(setting) : value;
                session.setReadRule(rule.with(setting, text));
            } else if (name.equals(TRANSACTIONS)) {
                session.setTransactionMode(
                        value == null ? session.configured().transactionMode() : ConfigParser.transactionMode(value));
            } else if (name.equals(DURABILITY)) {
                session.setDurability(
                        value == null ? session.configured().durability() : ConfigParser.durability(value));
            } else if (name.equals(TOKEN)) {
                adopt(value);
            } else if (value == null) {
                kept.remove(name);
            } else {
                kept.put(name, value);
            }
        } catch (IllegalArgumentException | SQLException e) {
            throw new SQLClientInfoException(
                    "client info '" + name + "': " + e.getMessage(),
                    Map.of(name, ClientInfoStatus.REASON_VALUE_INVALID),
                    e);
        }
    }

    /** What a session has seen it cannot forget: no token adds nothing. */
    private void adopt(@Nullable String token) throws SQLException {
        if (token != null) {
            session.adopt(Token.parse(token));
        }
    }

    /** Takes all names at once; a known name that is missing is set to null. */
    void replace(Properties properties) throws SQLClientInfoException {
        // A level that needs a freshness comes after the freshness, and goes before it.
        set(Setting.CONSISTENCY.key(), "session");
        for (int i = names().size() - 1; i >= 0; i--) {
            String name = names().get(i);
            set(name, properties.getProperty(name));
        }
    }

    @Nullable
    String get(String name) {
        Setting setting = setting(name);
        if (setting != null) {
            return session.readRule().text(setting);
        }
        if (name.equals(TRANSACTIONS)) {
            return session.transactionMode().toString();
        }
        if (name.equals(DURABILITY)) {
            return session.durability().toString();
        }
        return name.equals(TOKEN) ? session.token().toString() : kept.get(name);
    }

    Properties all() {
        Properties all = new Properties();
        for (String name : names()) {
            String value = get(name);
            if (value != null) {
                all.setProperty(name, value);
            }
        }
        return all;
    }

    private static List<String> names() {
        List<String> names =
                ReadRule.SETTINGS.stream().map(Setting::key).collect(Collectors.toCollection(ArrayList::new));
        names.add(TRANSACTIONS);
        names.add(DURABILITY);
        names.add(TOKEN);
        names.addAll(KEPT);
        return names;
    }

    /** What DatabaseMetaData answers: every name with its length, default and meaning. */
    static ResultSet describe(Connection scratch) throws SQLException {
        List<String> names = names().stream().sorted().toList();
        String rows = names.stream().map(name -> "SELECT ?, ?, ?, ?").collect(Collectors.joining(" UNION ALL "));
        PreparedStatement statement =
                scratch.prepareStatement("WITH info(NAME, MAX_LEN, DEFAULT_VALUE, DESCRIPTION) AS (" + rows
                        + ") SELECT NAME, MAX_LEN, DEFAULT_VALUE, DESCRIPTION FROM info");
        int index = 1;
        for (String name : names) {
            Setting setting = isOfWrites(name)
                    ? Setting.named(name, List.of(Setting.values())).orElse(null)
                    : setting(name);
            statement.setString(index++, name);
            statement.setInt(index++, MAX_LENGTH);
            statement.setString(index++, setting == null ? "" : setting.defaultValue());
            statement.setString(index++, setting == null ? description(name) : setting.description());
        }
        statement.closeOnCompletion();
        return statement.executeQuery();
    }

    private static String description(String name) {
        return name.equals(TOKEN)
                ? "what this connection has seen; setting another connection's token makes reads here see at least that"
                : "kept with the connection, changes nothing";
    }
}
