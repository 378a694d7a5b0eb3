package io.replsqlite.config;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Every setting of the driver: its name in URL and Properties, its default, and what it does. */
public enum Setting {
    CONSISTENCY(
            "consistency",
            "session",
            List.of("eventual", "session", "primary"),
            "what a local read must see: eventual: anything; session: this connection's own writes and what it has seen"
                    + " before; primary: every read runs at the primary"),
    FRESHNESS(
            "freshness",
            "unbounded",
            List.of(),
            "how old, at most, what a local read sees may be: a duration such as 500ms, or unbounded"),
    ON_STALE(
            "onStale",
            "fail",
            List.of("fail", "primary", "stale"),
            "what follows when a local read would not meet consistency or freshness within readTimeout: fail: an"
                    + " SQLTransientConnectionException with SQLState 58R01; primary: it runs at the primary; stale: it"
                    + " runs all the same and adds an SQLWarning"),
    READ_TIMEOUT("readTimeout", "5s", List.of(), "how long a local read waits to meet consistency and freshness"),
    WRITE_TIMEOUT(
            "writeTimeout",
            "30s",
            List.of(),
            "how long a statement at the primary may take, finding the primary included"),
    CONNECT_TIMEOUT(
            "connectTimeout",
            "5s",
            List.of(),
            "how long opening a connection waits for a usable replica, and a write for one TCP connection"),
    DATABASE(
            "database",
            "",
            List.of(),
            "the database's name at the node; by default the file's name up to its last dot"),
    NODE_DIRECTORY(
            "nodeDirectory", "", List.of(), "the node's directory; by default the file's path followed by -replsqlite"),
    TLS_TRUST(
            "tlsTrust",
            "",
            List.of(),
            "PEM file with the authorities that nodes' certificates come from; by default what the node on this host uses,"
                    + " and those of the JDK if it uses none"),
    TLS_CERTIFICATE(
            "tlsCertificate",
            "",
            List.of(),
            "PEM file with the certificate to show to nodes that ask for one; by default the one of the node on this host"),
    TLS_KEY("tlsKey", "", List.of(), "PEM file with the private key of tlsCertificate, PKCS #8 without a password"),
    METADATA_URL(
            "metadataUrl",
            "replsqlite",
            List.of("replsqlite", "sqlite"),
            "the prefix of the URL that DatabaseMetaData reports, for tools that look for jdbc:sqlite:");

    private final String key;
    private final String defaultValue;

    // Always a List.of, which the compiler cannot know.
    @SuppressWarnings("ImmutableEnumChecker")
    private final List<String> choices;

    private final String description;

    Setting(String key, String defaultValue, List<String> choices, String description) {
        this.key = key;
        this.defaultValue = defaultValue;
        this.choices = choices;
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

    public String description() {
        return description;
    }

    static Optional<Setting> named(String key) {
        return Arrays.stream(values())
                .filter(setting -> setting.key.equals(key))
                .findFirst();
    }
}
