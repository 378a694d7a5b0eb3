package io.replsqlite;

import io.replsqlite.config.ConfigParser;
import io.replsqlite.config.Setting;
import io.replsqlite.embed.EmbeddedNodes;
import io.replsqlite.jdbc.RoutedConnection;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Arrays;
import java.util.Map;
import java.util.Properties;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** {@code jdbc:replsqlite:/path/app.db} or {@code jdbc:replsqlite://host/app}: SQLite with local reads on a replica and writes through the primary. */
public final class ReplicaDriver implements Driver {
    private static final int MAJOR_VERSION = 0;
    private static final int MINOR_VERSION = 1;

    static {
        try {
            DriverManager.registerDriver(new ReplicaDriver());
        } catch (SQLException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @Override
    public @Nullable Connection connect(String url, @Nullable Properties properties) throws SQLException {
        if (!acceptsURL(url)) {
            return null;
        }
        return open(url, properties == null ? new Properties() : properties, EmbeddedNodes.UNTIL_THE_END);
    }

    /** @param user whoever needs the embedded node, if it is one */
    static Connection open(String url, Properties properties, Object user) throws SQLException {
        try {
            return RoutedConnection.open(ConfigParser.parse(url, properties), user);
        } catch (IllegalArgumentException e) {
            throw new SQLException(e.getMessage(), e);
        }
    }

    @Override
    public boolean acceptsURL(@Nullable String url) {
        return url != null && accepts(url);
    }

    /** Whether the URL begins with {@code jdbc:replsqlite:}, whatever follows. */
    public static boolean accepts(String url) {
        return ConfigParser.accepts(url);
    }

    /** The name of the database at its node. @throws IllegalArgumentException naming what is wrong with the URL */
    public static String databaseName(String url) {
        return ConfigParser.parse(url, new Properties()).databaseName();
    }

    /** Every setting with what the URL or the properties give it, then what is handed on to sqlite-jdbc. */
    @Override
    public DriverPropertyInfo[] getPropertyInfo(String url, @Nullable Properties properties) throws SQLException {
        Map<String, String> given = given(url, properties == null ? new Properties() : properties);
        Stream<DriverPropertyInfo> own = Arrays.stream(Setting.values()).map(setting -> info(setting, given));
        Stream<DriverPropertyInfo> passed = ConfigParser.passedOn().stream().map(name -> info(name, given));
        return Stream.concat(own, passed).toArray(DriverPropertyInfo[]::new);
    }

    private static Map<String, String> given(String url, Properties properties) throws SQLException {
        try {
            return ConfigParser.given(url, properties);
        } catch (IllegalArgumentException e) {
            throw new SQLException(e.getMessage(), e);
        }
    }

    private static DriverPropertyInfo info(Setting setting, Map<String, String> given) {
        DriverPropertyInfo info =
                new DriverPropertyInfo(setting.key(), given.getOrDefault(setting.key(), setting.defaultValue()));
        info.description = setting.description() + " (" + setting.form() + ")";
        info.choices = setting.choices().isEmpty() ? null : setting.choices().toArray(String[]::new);
        return info;
    }

    private static DriverPropertyInfo info(String passedOn, Map<String, String> given) {
        DriverPropertyInfo info = new DriverPropertyInfo(passedOn, given.get(passedOn));
        info.description = "handed to sqlite-jdbc as it is";
        return info;
    }

    @Override
    public int getMajorVersion() {
        return MAJOR_VERSION;
    }

    @Override
    public int getMinorVersion() {
        return MINOR_VERSION;
    }

    @Override
    public boolean jdbcCompliant() {
        return false;
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException("this driver logs through System.Logger");
    }
}
