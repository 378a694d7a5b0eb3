package io.replsqlite;

import io.replsqlite.config.ConfigParser;
import io.replsqlite.config.Setting;
import io.replsqlite.jdbc.RoutedConnection;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Arrays;
import java.util.Properties;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** {@code jdbc:replsqlite:/path/app.db}: SQLite with local reads on a replica and writes through the primary. */
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
        try {
            return RoutedConnection.open(ConfigParser.parse(url, properties == null ? new Properties() : properties));
        } catch (IllegalArgumentException e) {
            throw new SQLException(e.getMessage(), e);
        }
    }

    @Override
    public boolean acceptsURL(@Nullable String url) {
        return url != null && ConfigParser.accepts(url);
    }

    @Override
    public DriverPropertyInfo[] getPropertyInfo(String url, @Nullable Properties properties) {
        return Arrays.stream(Setting.values())
                .map(setting -> info(setting, properties == null ? new Properties() : properties))
                .toArray(DriverPropertyInfo[]::new);
    }

    private static DriverPropertyInfo info(Setting setting, Properties properties) {
        DriverPropertyInfo info =
                new DriverPropertyInfo(setting.key(), properties.getProperty(setting.key(), setting.defaultValue()));
        info.description = setting.description();
        info.choices = setting.choices().isEmpty() ? null : setting.choices().toArray(String[]::new);
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
