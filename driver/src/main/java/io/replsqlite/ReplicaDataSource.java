package io.replsqlite;

import io.replsqlite.config.Setting;
import java.io.PrintWriter;
import java.io.Serial;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Properties;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A bean whose properties are the driver's settings, for pools and frameworks that configure a data source by setters.
 * Every {@link #getConnection} opens a new connection: this is no pool.
 *
 * <p>Values have the form that they have in a URL. They are checked when a connection is opened, all together.
 */
public final class ReplicaDataSource implements DataSource, Serializable, AutoCloseable {
    @Serial
    private static final long serialVersionUID = 1L;

    private final Properties properties = new Properties();
    private String url = "";
    private int loginTimeoutSeconds;
    private transient @Nullable PrintWriter logWriter;
    /** Stands for this data source among those who need an embedded node. */
    private transient @Nullable Object nodeUser;

    /** {@code jdbc:replsqlite:} and the path of the database file; where it says the same as a setter, the setter wins. */
    public String getUrl() {
        return url;
    }

    public void setUrl(String url) {
        this.url = url;
    }

    public String getConsistency() {
        return get(Setting.CONSISTENCY);
    }

    public void setConsistency(String value) {
        set(Setting.CONSISTENCY, value);
    }

    public String getFreshness() {
        return get(Setting.FRESHNESS);
    }

    public void setFreshness(String value) {
        set(Setting.FRESHNESS, value);
    }

    public String getOnStale() {
        return get(Setting.ON_STALE);
    }

    public void setOnStale(String value) {
        set(Setting.ON_STALE, value);
    }

    public String getReadTimeout() {
        return get(Setting.READ_TIMEOUT);
    }

    public void setReadTimeout(String value) {
        set(Setting.READ_TIMEOUT, value);
    }

    public String getTransactions() {
        return get(Setting.TRANSACTIONS);
    }

    public void setTransactions(String value) {
        set(Setting.TRANSACTIONS, value);
    }

    public String getDurability() {
        return get(Setting.DURABILITY);
    }

    public void setDurability(String value) {
        set(Setting.DURABILITY, value);
    }

    public String getWriteTimeout() {
        return get(Setting.WRITE_TIMEOUT);
    }

    public void setWriteTimeout(String value) {
        set(Setting.WRITE_TIMEOUT, value);
    }

    public String getConnectTimeout() {
        return get(Setting.CONNECT_TIMEOUT);
    }

    public void setConnectTimeout(String value) {
        set(Setting.CONNECT_TIMEOUT, value);
    }

    public String getDatabase() {
        return get(Setting.DATABASE);
    }

    public void setDatabase(String value) {
        set(Setting.DATABASE, value);
    }

    public String getTlsTrust() {
        return get(Setting.TLS_TRUST);
    }

    public void setTlsTrust(String value) {
        set(Setting.TLS_TRUST, value);
    }

    public String getTlsCertificate() {
        return get(Setting.TLS_CERTIFICATE);
    }

    public void setTlsCertificate(String value) {
        set(Setting.TLS_CERTIFICATE, value);
    }

    public String getTlsKey() {
        return get(Setting.TLS_KEY);
    }

    public void setTlsKey(String value) {
        set(Setting.TLS_KEY, value);
    }

    public String getNodeDirectory() {
        return get(Setting.NODE_DIRECTORY);
    }

    public void setNodeDirectory(String value) {
        set(Setting.NODE_DIRECTORY, value);
    }

    public String getNode() {
        return get(Setting.NODE);
    }

    public void setNode(String value) {
        set(Setting.NODE, value);
    }

    public String getNodeConfig() {
        return get(Setting.NODE_CONFIG);
    }

    public void setNodeConfig(String value) {
        set(Setting.NODE_CONFIG, value);
    }

    public String getToken() {
        return get(Setting.TOKEN);
    }

    public void setToken(String value) {
        set(Setting.TOKEN, value);
    }

    public String getTokenFile() {
        return get(Setting.TOKEN_FILE);
    }

    public void setTokenFile(String value) {
        set(Setting.TOKEN_FILE, value);
    }

    public String getMetadataUrl() {
        return get(Setting.METADATA_URL);
    }

    public void setMetadataUrl(String value) {
        set(Setting.METADATA_URL, value);
    }

    private String get(Setting setting) {
        return properties.getProperty(setting.key(), setting.defaultValue());
    }

    private void set(Setting setting, String value) {
        Object ignored = properties.setProperty(setting.key(), value);
    }

    /** Any setting by its name, those that are handed to sqlite-jdbc included. */
    public void setProperty(String name, String value) {
        Object ignored = properties.setProperty(name, value);
    }

    /** All that was set here; a copy. */
    public Properties getProperties() {
        Properties copy = new Properties();
        copy.putAll(properties);
        return copy;
    }

    /** Adds to what was set here. */
    public void setProperties(Properties added) {
        added.stringPropertyNames().forEach(name -> setProperty(name, added.getProperty(name)));
    }

    @Override
    public Connection getConnection() throws SQLException {
        Properties effective = getProperties();
        if (loginTimeoutSeconds > 0) {
            Object ignored = effective.putIfAbsent(Setting.CONNECT_TIMEOUT.key(), loginTimeoutSeconds + "s");
        }
        return ReplicaDriver.open(url, effective, nodeUser());
    }

    private synchronized Object nodeUser() {
        if (nodeUser == null) {
            nodeUser = new Object();
        }
        return nodeUser;
    }

    /**
     * Closes the embedded node that connections from here have started, unless somebody else in this JVM uses it. Where no
     * node is embedded there is nothing to close. A later connection starts it again.
     *
     * @throws SQLException if the node did not stop in good order; what was acknowledged is in its log
     */
    @Override
    public void close() throws SQLException {
        EmbeddedReplica.release(nodeUser());
    }

    /** SQLite has no users: both are ignored. */
    @Override
    public Connection getConnection(@Nullable String user, @Nullable String password) throws SQLException {
        return getConnection();
    }

    /** Stands for connectTimeout unless that is set. */
    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        if (seconds < 0) {
            throw new SQLException("a login timeout is never negative: " + seconds);
        }
        loginTimeoutSeconds = seconds;
    }

    @Override
    public int getLoginTimeout() {
        return loginTimeoutSeconds;
    }

    /** Kept, and not written to: this driver logs through System.Logger. */
    @Override
    public void setLogWriter(@Nullable PrintWriter out) {
        logWriter = out;
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return logWriter;
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException("this driver logs through System.Logger");
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        if (type.isInstance(this)) {
            return type.cast(this);
        }
        throw new SQLException("this data source is not a " + type.getName());
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return type.isInstance(this);
    }
}
