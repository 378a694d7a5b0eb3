package io.replsqlite.server.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Every setting of a node. A setting {@code checkpoint-pages} is the flag {@code --checkpoint-pages}, the environment
 * variable {@code REPLSQLITE_CHECKPOINT_PAGES} and the property {@code checkpoint-pages}; a flag beats the environment,
 * the environment beats the file.
 */
public enum NodeSetting {
    NAME("node1", Kind.NAME, "The node's name, unique in the cluster."),
    DIR("", Kind.PATH, "The node's directory: its databases, and beside each one a directory with its log and state."),
    DATABASES("app", Kind.NAMES, "Databases that the primary creates at start if they do not exist; comma-separated."),
    LISTEN(
            "127.0.0.1:7331",
            Kind.ADDRESS,
            "Address and port of the node's HTTP endpoint; port 0 takes a free one. none: no endpoint, for an embedded node that is alone."),
    ADVERTISE_URL(
            "",
            Kind.URL,
            "URL under which others reach this node; default: http:// or https:// and the listen address."),
    LEASE(
            "static",
            Kind.LEASE,
            "Who may write. static: this node, always. static:NAME@URL: that node. file:DIR: whichever node of this host holds the lock in DIR. zookeeper:HOST:PORT,.../PATH: whichever node ZooKeeper grants it; PATH stands for the cluster."),
    LEASE_TIMEOUT(
            "10s",
            Kind.DURATION,
            "ZooKeeper session that is asked for: at least three times the longest pause of a node, and about the time a failover takes."),
    LEASE_CREDENTIALS_FILE(
            "",
            Kind.PATH,
            "File with one line USER:PASSWORD for ZooKeeper; nobody else may then read or write below the path. Default: open to all."),
    CANDIDATE(
            "true",
            Kind.FLAG,
            "Whether this node may become the primary. One that may not follows, and has its say in elections."),
    PRIORITY(
            "1",
            Kind.COUNT,
            "Which node leads among those that have as much at an election: the one with the highest priority.",
            "priority"),
    VOTERS(
            "",
            Kind.NAMES,
            "Names of the nodes whose fsync counts for durability quorum and all, the same list on every node; comma-separated. Needed for them."),
    VOTER_TIMEOUT(
            "1s",
            Kind.DURATION,
            "How long a voter keeps faith with a primary that it does not hear, about the time a failover takes where voters are named; the same on every node, 250ms at least, and three times the longest pause of a node at least."),
    DISK_STALL_LIMIT(
            "10s",
            Kind.DURATION,
            "How long the disk of a primary that has followers may take to make one commit durable; then it leaves the lease to another node."),
    DURABILITY(
            "local",
            Kind.DURABILITY,
            "Where a write is on disk before it is acknowledged, unless it asks for more. local: on the primary. quorum: on a majority of the voters; then nobody is shown what is not. all: on every voter."),
    COMMIT_TIMEOUT(
            "10s",
            Kind.DURATION,
            "How long a write waits for the voters that durability asks for; then its outcome is unknown."),
    TOKEN_FILE(
            "",
            Kind.PATH,
            "File with the bearer token that nodes and drivers present; more lines hold further ones that are accepted as well, so that it can be replaced. Default: made in the node's directory, readable by its owner only."),
    TLS_CERTIFICATE(
            "",
            Kind.PATH,
            "PEM file with the node's certificate and the intermediate ones behind it. The node then speaks TLS, and shows it to other nodes too. Read again when it changes."),
    TLS_KEY(
            "",
            Kind.PATH,
            "PEM file with the private key of tls-certificate: PKCS #8, no password, readable by its owner only."),
    TLS_TRUST(
            "",
            Kind.PATH,
            "PEM file with the authorities that sign the certificates of nodes and clients. Default: those of the JDK."),
    TLS_CLIENT(
            "none",
            Kind.TLS_CLIENT,
            "Whether clients and other nodes must show a certificate of tls-trust, besides the token."),
    PLAIN_TEXT(
            "loopback",
            Kind.PLAIN_TEXT,
            "Where the node may listen without TLS. trusted-network: anywhere; token and data can then be read on the way."),
    CHECKPOINT_PAGES(
            "4000", Kind.COUNT, "Frames in the WAL after which they are copied into the database file.", "pages"),
    CHECKPOINT_INTERVAL(
            "60s", Kind.DURATION, "Time after which frames in the WAL are checkpointed even if they are few."),
    LOG_SEGMENT_BYTES("64MiB", Kind.BYTES, "Size at which a log segment is closed and the next one begins."),
    LOG_RETENTION_BYTES(
            "1GiB",
            Kind.BYTES,
            "Size of the log above which whole old segments are deleted. Never deleted: what recovery or a connected follower needs."),
    LOG_RETENTION_AGE(
            "24h", Kind.DURATION, "Age above which whole old segments are deleted, under the same condition."),
    APPLY_MEMORY_BYTES(
            "16MiB",
            Kind.BYTES,
            "Pages of one commit that are held in memory while it is applied; more goes through a temporary file."),
    APPLY_BATCH(
            "256",
            Kind.COUNT,
            "Change sets that a follower which is behind applies as one commit, at most.",
            "change sets"),
    PROBE_INTERVAL(
            "100ms",
            Kind.DURATION,
            "How often an idle follower asks the primary for its head; the freshness of an idle follower."),
    HEARTBEAT_INTERVAL(
            "1s",
            Kind.DURATION,
            "How often an idle stream carries a sign of life; silence for three times as long ends it."),
    FOREIGN_POLL_INTERVAL(
            "5ms", Kind.DURATION, "How often an idle primary looks for commits that another process made."),
    WRITE_TIMEOUT("10s", Kind.DURATION, "How long a forwarded write may wait for its turn."),
    MAX_REQUEST_BYTES("64MiB", Kind.BYTES, "Largest request body that is read."),
    MAX_STREAMS(
            "64",
            Kind.COUNT,
            "Streams and resyncs that followers may have at once, one per follower and database; more are refused as overloaded.",
            "streams"),
    MAX_WAITING_WRITES(
            "192",
            Kind.COUNT,
            "Forwarded writes that may run or wait for their turn at once; more are refused as OVERLOADED, with nothing executed.",
            "writes"),
    MAX_HEADER_BYTES("16KiB", Kind.BYTES, "Largest line and headers of a request."),
    MAX_STATEMENTS("1000", Kind.COUNT, "Statements in one request.", "statements"),
    MAX_VALUE_BYTES(
            "64MiB",
            Kind.BYTES,
            "Largest text or BLOB, and largest row, that a forwarded statement may read, make or bind."),
    MAX_RESULT_BYTES("64MiB", Kind.BYTES, "Values in one answer to a forwarded statement."),
    MAX_CONNECTIONS(
            "1024", Kind.COUNT, "Connections that the endpoint keeps; one more is told so and closed.", "connections"),
    IDLE_TIMEOUT(
            "60s", Kind.DURATION, "How long a connection may stay without a complete request, whatever trickles in."),
    REQUEST_ARRIVAL_TIMEOUT(
            "30s",
            Kind.DURATION,
            "How long the first headers of a connection, and the body of any request, may take to arrive."),
    MAX_RESULT_ROWS(
            "100000",
            Kind.COUNT,
            "Rows that a forwarded statement may return at once: those of RETURNING, and of clients that take no pages.",
            "rows"),
    PAGE_BYTES(
            "512KiB", Kind.BYTES, "Size of one page of a long result; the client fetches the next when it needs it."),
    IDLE_LIMIT(
            "30s",
            Kind.DURATION,
            "How long a client may do nothing with an open transaction or an unfinished result; then it is ended."),
    SILENCE_LIMIT(
            "5s",
            Kind.DURATION,
            "How long the client of an open transaction may show no life (drivers do every second); then it is rolled back."),
    MAX_TRANSACTIONS(
            "100",
            Kind.COUNT,
            "Transactions of one database that may be open or wait for their turn; one at a time has it.",
            "transactions"),
    MAX_READERS(
            "16",
            Kind.COUNT,
            "Reads of one database that may run at the primary or be unfinished there.",
            "connections"),
    BACKUP(
            "",
            Kind.STORES,
            "Where the primary uploads every commit to, each database below its name: s3://BUCKET/PATH?endpoint=URL&region=NAME, file:///DIR, gcs:, azblob:, sftp:, webdav:, oss:, b2:; several separated by commas. Default: nowhere."),
    BACKUP_TARGETS_FILE(
            "",
            Kind.PATH,
            "File with one destination a line, read again when it changes: a URL as of the setting backup, and if need be a space and the path of its own credentials file. Takes the place of the setting backup."),
    BACKUP_CREDENTIALS_FILE(
            "",
            Kind.PATH,
            "File with lines NAME=VALUE for the store, such as access_key_id and secret_access_key; readable by its owner only, read again when it changes. Default: what the environment gives."),
    BACKUP_KEY_FILE(
            "",
            Kind.PATH,
            "File with lines of 64 hex digits, each a key; readable by its owner only, read again when it changes. Objects are encrypted with the first (AES-256-GCM) and read with any of them. Litestream cannot read them. Default: not encrypted."),
    BOOTSTRAP(
            "primary",
            Kind.BOOTSTRAP,
            "Where a node without a copy of a database takes it from. backup: from the setting backup, and what came since from the primary; if that fails, all of it from the primary."),
    BACKUP_INTERVAL("1s", Kind.DURATION, "Time between two uploads; about what a lost primary can cost the backup."),
    BACKUP_QUEUE_BYTES(
            "8GiB",
            Kind.BYTES,
            "Size up to which a log keeps commits that are not uploaded, beyond log-retention-bytes. Above it they go, and the backup goes on with a snapshot."),
    BACKUP_LAG_LIMIT(
            "none",
            Kind.LAG,
            "How far a backup may be behind before writes wait for it, until their timeout; then they fail with nothing executed. none: they never wait."),
    BACKUP_HEARTBEAT_URL(
            "",
            Kind.URL,
            "URL that the primary calls (GET) at intervals, as long as every backup of every database gets on or is level: for a monitor that raises the alarm when the calls stop. Default: none."),
    BACKUP_HEARTBEAT_INTERVAL("1m", Kind.DURATION, "Time between two calls of backup-heartbeat-url."),
    BACKUP_SNAPSHOT_INTERVAL("24h", Kind.DURATION, "How often a snapshot is made in the backup, out of what is there."),
    BACKUP_RETENTION(
            "24h",
            Kind.DURATION,
            "How long snapshots are kept, and every point since the oldest one. The two newest stay in any case."),
    BACKUP_DETAIL_RETENTION(
            "5m",
            Kind.DURATION,
            "How long the backup keeps each single commit as a point to restore to; after that, one point every 30 s, or whatever the schedule of compaction leaves."),
    DRILL_INTERVAL(
            "none",
            Kind.OPTIONAL_DURATION,
            "How often this node restores the backup of each of its databases to a scratch file, compares it with its own copy, and keeps the evidence. none: never. Meant for a follower."),
    DRILL_SCRATCH(
            "",
            Kind.PATH,
            "Directory with room for the largest database; each drill leaves it as it was. Default: drills in the node's directory."),
    DRILL_RPO("5s", Kind.DURATION, "How long a commit may take into the backup; a drill that finds more has failed."),
    DRILL_RTO("15m", Kind.DURATION, "How long the restore of a drill may take."),
    DRILL_SQL(
            "",
            Kind.TEXT,
            "Query that a drill asks the restored database; it fails if the first value is NULL, 0 or empty. Default: none."),
    DRILL_COMMAND(
            "",
            Kind.TEXT,
            "Shell command that a drill runs, with the restored file's path in the environment variable REPLSQLITE_RESTORED; it fails if the command does not end with 0. Default: none.");

    enum Kind {
        NAME("letters, digits, . _ -"),
        NAMES("names separated by commas"),
        PATH("a path"),
        ADDRESS("HOST:PORT or none"),
        URL("http://HOST:PORT or https://HOST:PORT"),
        LEASE("static, static:NAME@URL, file:DIR or zookeeper:HOST:PORT,.../PATH"),
        DURABILITY("local, quorum or all"),
        TLS_CLIENT("none, want or require"),
        PLAIN_TEXT("loopback or trusted-network"),
        OPTIONAL_DURATION("none, or a number above 0 with ms, s, m or h"),
        TEXT("any text"),
        LAG("none, a number of commits above 0, or a duration such as 30s"),
        BOOTSTRAP("primary or backup"),
        STORES("URLs of stores separated by commas"),
        FLAG("true or false"),
        COUNT("a whole number above 0"),
        DURATION("a number above 0 with ms, s, m or h"),
        BYTES("a number above 0 with B, KiB, MiB or GiB");

        final String form;

        Kind(String form) {
            this.form = form;
        }
    }

    private final String defaultValue;
    private final Kind kind;
    private final String documentation;
    private final String unit;

    NodeSetting(String defaultValue, Kind kind, String documentation) {
        this(defaultValue, kind, documentation, kind.form);
    }

    NodeSetting(String defaultValue, Kind kind, String documentation, String unit) {
        this.defaultValue = defaultValue;
        this.kind = kind;
        this.documentation = documentation;
        this.unit = unit;
    }

    /** As in flags and properties: {@code checkpoint-pages}. */
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public String environmentVariable() {
        return "REPLSQLITE_" + name();
    }

    public String defaultValue() {
        return defaultValue;
    }

    public String unit() {
        return unit;
    }

    public String documentation() {
        return documentation;
    }

    Kind kind() {
        return kind;
    }

    public static Optional<NodeSetting> byKey(String key) {
        return Arrays.stream(values()).filter(s -> s.key().equals(key)).findFirst();
    }
}
