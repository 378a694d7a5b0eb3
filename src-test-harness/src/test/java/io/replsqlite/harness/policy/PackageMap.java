package io.replsqlite.harness.policy;

/** Which package belongs where; the one list that the architecture rules read. Patterns are ArchUnit's. */
final class PackageMap {
    static final String ROOT = "io.replsqlite";

    static final String BASE = "io.replsqlite.base..";
    static final String SERVER = "io.replsqlite.server..";
    static final String HARNESS = "io.replsqlite.harness..";

    /** What is there for one framework each: nobody may need it. */
    static final String[] FRAMEWORKS = {
        "io.replsqlite.spring..", "io.replsqlite.observe..", "io.replsqlite.flyway..", "io.replsqlite.liquibase.."
    };

    /** The frameworks themselves. */
    static final String[] FRAMEWORK_TYPES = {
        "org.springframework..", "reactor..", "jakarta.servlet..", "io.micrometer..", "org.flywaydb..", "liquibase.."
    };

    /** Everything that stands above the driver. What is in none of these is the driver. */
    static final String[] ABOVE_DRIVER = {SERVER, HARNESS, "io.replsqlite.lease.curator..", "io.replsqlite.examples.."};

    /** All that the server may see of the driver: the vocabulary, and how it reads SQL and SQLite's errors. */
    static final String[] DRIVER_SEEN_BY_SERVER = {
        BASE,
        "io.replsqlite.api..",
        "io.replsqlite.wire..",
        "io.replsqlite.lease..",
        "io.replsqlite.embed..",
        "io.replsqlite.status..",
        "io.replsqlite.config..",
        "io.replsqlite.tls..",
        "io.replsqlite.route..",
        "io.replsqlite.local.."
    };

    /** Where SQLite is driven, hence where its driver's own classes may be named. */
    static final String[] DRIVES_SQLITE = {
        "io.replsqlite.local..",
        "io.replsqlite.server.sqlite..",
        "io.replsqlite.server.apply",
        "io.replsqlite.server.capture",
        "io.replsqlite.server.execute",
        "io.replsqlite.server.commit",
        HARNESS
    };

    /** Where the library for object stores may be named. */
    static final String OBJECT_STORES = "io.replsqlite.server.backup.storage";

    /** Formats: bytes in, records out. No socket, no SQLite. */
    static final String[] FORMATS = {"io.replsqlite.wire..", "io.replsqlite.server.wal..", "io.replsqlite.server.ltx.."
    };

    /** May read the machine's clocks. */
    static final String[] READS_CLOCKS = {BASE, "io.replsqlite.harness.bench.."};

    /** JDBC itself asks the driver for a java.util.logging logger; the command line configures the log. */
    static final String[] MUST_NAME_JUL = {
        "io.replsqlite.ReplicaDriver", "io.replsqlite.ReplicaDataSource", "io.replsqlite.server.cli.LogSetup"
    };

    /** Checked by the compiler or by tools; allowed everywhere. */
    static final String[] ANNOTATIONS = {"org.jspecify.annotations..", "com.google.errorprone.annotations.."};

    private PackageMap() {}
}
