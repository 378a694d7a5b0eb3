package io.replsqlite.config;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Every setting of the driver: its name in URL, Properties and data source, its default, and what it does. */
public enum Setting {
    CONSISTENCY(
            "consistency",
            "session",
            List.of("eventual", "bounded", "session", "linearizable", "primary"),
            "what a read must see: eventual: anything; bounded: nothing older than freshness; session: also this"
                    + " connection's own writes and what it has seen before; linearizable: every write acknowledged before"
                    + " the read began; primary: every read runs at the primary"),
    FRESHNESS(
            "freshness",
            "30s",
            "duration, or unbounded",
            "how old, at most, what a read sees may be, with consistency=bounded and session"),
    ON_STALE(
            "onStale",
            "primary",
            List.of("wait", "primary", "fail", "stale"),
            "what follows when the replica does not meet consistency within readTimeout: primary: the read runs at the"
                    + " primary; fail: an SQLTransientConnectionException with SQLState 58R01; stale: it runs all the same"
                    + " and adds an SQLWarning; wait: it waits for as long as the statement may take, then fails"),
    READ_TIMEOUT("readTimeout", "1s", "duration", "how long a read waits for the replica to meet consistency"),
    TRANSACTIONS(
            "transactions",
            "primary",
            List.of("primary", "upgrade"),
            "where a read-write transaction begins: primary: there; upgrade: on a local snapshot, until its first write,"
                    + " which fails with SQLState 40001 if what was read has changed at the primary"),
    DURABILITY(
            "durability",
            "local",
            List.of("local", "quorum", "all"),
            "where a write is on disk before it is acknowledged, at least; the node may be set to more: local: at the"
                    + " primary; quorum: at a majority of the voters; all: at every voter"),
    WRITE_TIMEOUT(
            "writeTimeout",
            "30s",
            "duration",
            "how long a statement at the primary may take, finding the primary included"),
    CONNECT_TIMEOUT(
            "connectTimeout",
            "5s",
            "duration",
            "how long opening a connection waits for a usable replica, and a write for one TCP connection"),
    DATABASE("database", "", "name", "the database's name at the node; by default the file's name up to its last dot"),
    NODE_DIRECTORY(
            "nodeDirectory", "", "path", "the node's directory; by default the file's path followed by -replsqlite"),
    NODE(
            "node",
            "sidecar",
            List.of("sidecar", "embedded"),
            "where the node of a database file runs: sidecar: in a process of its own; embedded: in this JVM, started with"
                    + " the first connection and shared by all of its data directory"),
    NODE_CONFIG(
            "nodeConfig",
            "",
            "path",
            "properties file with the settings of an embedded node; parameters that begin with node. beat it"),
    TOKEN("token", "", "text", "with host names in the URL: the credential that nodes ask for"),
    TOKEN_FILE("tokenFile", "", "path", "with host names in the URL: the file that holds the credential"),
    TLS_TRUST(
            "tlsTrust",
            "",
            "path",
            "PEM file with the authorities that nodes' certificates come from; by default what the node on this host uses,"
                    + " and those of the JDK if it uses none"),
    TLS_CERTIFICATE(
            "tlsCertificate",
            "",
            "path",
            "PEM file with the certificate to show to nodes that ask for one; by default the one of the node on this host"),
    TLS_KEY("tlsKey", "", "path", "PEM file with the private key of tlsCertificate, PKCS #8 without a password"),
    METADATA_URL(
            "metadataUrl",
            "replsqlite",
            List.of("replsqlite", "sqlite"),
            "the prefix of the URL that DatabaseMetaData reports, for tools that look for jdbc:sqlite:");

    static final String UNBOUNDED = "unbounded";

    private final String key;
    private final String defaultValue;

    // Always a List.of, which the compiler cannot know.
    @SuppressWarnings("ImmutableEnumChecker")
    private final List<String> choices;

    private final String form;
    private final String description;

    Setting(String key, String defaultValue, List<String> choices, String description) {
        this(key, defaultValue, choices, String.join(", ", choices), description);
    }

    Setting(String key, String defaultValue, String form, String description) {
        this(key, defaultValue, List.of(), form, description);
    }

    Setting(String key, String defaultValue, List<String> choices, String form, String description) {
        this.key = key;
        this.defaultValue = defaultValue;
        this.choices = choices;
        this.form = form;
        this.description = description;
    }

    public String key() {
        return key;
    }

    public String defaultValue() {
        return defaultValue;
    }

    /** The values it takes; empty if they cannot be listed. */
    public List<String> choices() {
        return choices;
    }

    /** What a value looks like: the choices, or words such as "duration". */
    public String form() {
        return form;
    }

    public String description() {
        return description;
    }

    static Optional<Setting> named(String key) {
        return named(key, Arrays.asList(values()));
    }

    public static Optional<Setting> named(String key, List<Setting> among) {
        return among.stream().filter(setting -> setting.key.equals(key)).findFirst();
    }

    /** @throws IllegalArgumentException unless the value is one of the choices */
    String choice(String value) {
        if (!choices.contains(value)) {
            throw malformed(value, "it takes one of " + form);
        }
        return value;
    }

    <E extends Enum<E>> E choice(String value, Class<E> type) {
        return Enum.valueOf(type, choice(value).toUpperCase(Locale.ROOT));
    }

    /** @throws IllegalArgumentException unless the value is a duration */
    Duration duration(String value) {
        try {
            return Durations.parse(value);
        } catch (IllegalArgumentException e) {
            throw malformed(value, String.valueOf(e.getMessage()));
        }
    }

    private IllegalArgumentException malformed(String value, String rule) {
        return new IllegalArgumentException("the setting '" + key + "' is '" + value + "', but " + rule);
    }
}
