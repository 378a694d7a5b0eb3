package io.replsqlite.harness;

import io.replsqlite.api.LastRoute;
import io.replsqlite.api.ReplicaStatement;
import io.replsqlite.base.Deadline;
import io.replsqlite.base.Durability;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.harness.cluster.ClusterException;
import io.replsqlite.harness.cluster.LeaseKind;
import io.replsqlite.harness.cluster.LocalCluster;
import io.replsqlite.harness.demo.ChinookData;
import io.replsqlite.harness.demo.ChinookLoader;
import io.replsqlite.harness.demo.ConsoleTable;
import io.replsqlite.harness.demo.Failover;
import io.replsqlite.harness.demo.TableCounts;
import io.replsqlite.harness.demo.TableDefinition;
import io.replsqlite.server.admin.DatabaseStatus;
import io.replsqlite.server.admin.NodeStatus;
import io.replsqlite.server.admin.ReplicaComparison;
import io.replsqlite.server.admin.ReplicaScan;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.sqlite.SQLiteErrorCode;

/** Chinook through three nodes: written through all of them, read back on each, compared page for page. */
final class Demo {
    private static final int NODES = 3;
    private static final int ROWS_PER_INSERT = 20;
    private static final Duration LEVEL_WITHIN = Duration.ofSeconds(20);

    private final Path directory;
    private final PrintWriter out;
    private final MonotonicClock clock;
    private final boolean filesStay;
    private final long startedAtNanos;

    Demo(Path directory, PrintWriter out, MonotonicClock clock, boolean filesStay) {
        this.directory = directory;
        this.out = out;
        this.clock = clock;
        this.filesStay = filesStay;
        this.startedAtNanos = clock.nanoTime();
    }

    /** Whether all nodes agree with the source and with each other. */
    boolean run() throws IOException, SQLException, InterruptedException {
        try (LocalCluster cluster = LocalCluster.prepare(directory, NODES, LeaseKind.ZOOKEEPER, Durability.QUORUM);
                ChinookData chinook = ChinookData.open()) {
            ClusterGuard.stopAtExit(cluster);
            cluster.startAll();
            say("%d nodes, each a process of its own, started in %s", NODES, seconds(startedAtNanos));
            List<Connection> connections = connect(cluster);
            try {
                refuseFilled(connections.get(0));
                return show(cluster, connections, chinook);
            } finally {
                for (Connection connection : connections) {
                    connection.close();
                }
            }
        }
    }

    private boolean show(LocalCluster cluster, List<Connection> connections, ChinookData chinook)
            throws IOException, SQLException, InterruptedException {
        move(cluster, connections, chinook);
        boolean sameRows = compareRows(connections, chinook);
        boolean localReads = compareRoutes(cluster, connections);
        boolean nothingLost = killThePrimary(cluster);
        boolean samePages = comparePages(cluster);
        boolean followersAreSafe = usePlainSqlite(cluster, chinook);
        boolean agree = sameRows && localReads && nothingLost && samePages && followersAreSafe;
        say("");
        say(
                "%s Total time %s.",
                agree ? "All nodes agree." : "The nodes do NOT agree: see above.", seconds(startedAtNanos));
        if (filesStay) {
            say("The files are in %s; `./replsqlite cluster --dir %s` runs the cluster again.", directory, directory);
        }
        return agree;
    }

    private static List<Connection> connect(LocalCluster cluster) throws SQLException {
        List<Connection> connections = new ArrayList<>();
        for (int number = 1; number <= NODES; number++) {
            connections.add(DriverManager.getConnection(cluster.jdbcUrl(number, LocalCluster.DATABASE)));
        }
        return connections;
    }

    private void refuseFilled(Connection connection) throws SQLException, IOException {
        try (Statement statement = connection.createStatement();
                ResultSet tables = statement.executeQuery("SELECT count(*) FROM sqlite_schema")) {
            if (tables.next() && tables.getLong(1) > 0) {
                throw new ClusterException(
                        "the demo needs an empty database",
                        "the one in " + directory + " has tables already",
                        "name another directory, or none");
            }
        }
    }

    private void move(LocalCluster cluster, List<Connection> connections, ChinookData chinook)
            throws IOException, SQLException, InterruptedException {
        long began = clock.nanoTime();
        ChinookLoader loader = new ChinookLoader(connections, ROWS_PER_INSERT, ChinookLoader.Progress.NONE);
        ChinookLoader.Outcome moved = loader.load(chinook);
        long acknowledged = clock.nanoTime();
        say(
                "%,d rows in %,d commits written through jdbc:replsqlite: on all %d nodes in turn in %s",
                moved.rows(), moved.commits(), NODES, seconds(began));
        cluster.awaitLevel(LEVEL_WITHIN);
        say("every follower level %d ms after the last acknowledgement", (clock.nanoTime() - acknowledged) / 1_000_000);
    }

    private boolean compareRows(List<Connection> connections, ChinookData chinook) throws SQLException {
        TableCounts source = TableCounts.of(chinook);
        List<TableCounts> counted = new ArrayList<>();
        for (Connection connection : connections) {
            counted.add(TableCounts.of(connection, chinook.tables()));
        }
        ConsoleTable table = new ConsoleTable("table", "source", "node1", "node2", "node3");
        source.rowsByTable().forEach((name, rows) -> {
            List<String> cells = new ArrayList<>(List.of(name, number(rows)));
            counted.forEach(each -> cells.add(number(each.rowsByTable().getOrDefault(name, -1L))));
            table.row(cells);
        });
        List<String> totals = new ArrayList<>(List.of("total", number(source.total())));
        counted.forEach(each -> totals.add(number(each.total())));
        table.row(totals);
        say("");
        say("%s", table);
        return counted.stream().allMatch(source::equals);
    }

    /** The counts on the followers must have come from their own files. */
    private boolean compareRoutes(LocalCluster cluster, List<Connection> connections) throws SQLException {
        int primary = cluster.primary().orElse(0);
        for (int number = 1; number <= NODES; number++) {
            if (number == primary) {
                continue;
            }
            Connection follower = connections.get(number - 1);
            try (Statement statement = follower.createStatement();
                    ResultSet rows = statement.executeQuery("SELECT count(*) FROM sqlite_schema")) {
                LastRoute route = statement.unwrap(ReplicaStatement.class).lastRoute();
                if (!rows.next() || route.place() != LastRoute.Place.LOCAL) {
                    say("A read on a follower did not run locally: %s", route);
                    return false;
                }
            }
        }
        return true;
    }

    /** In the middle of writes; the killed node comes back as a follower. */
    private boolean killThePrimary(LocalCluster cluster) throws IOException, SQLException, InterruptedException {
        Failover.Outcome outcome = new Failover(cluster, LocalCluster.DATABASE, clock).run();
        say("");
        say(
                "node%d, the primary, was killed with -9 in the middle of writes: node%d led %s later, in epoch %d.",
                outcome.killed(), outcome.successor(), seconds(outcome.untilItLed()), outcome.epoch());
        say(
                "The longest write waited %s. %,d writes were acknowledged, %s of them missing; of %,d nobody can say.",
                seconds(outcome.longestWait()),
                outcome.acknowledged(),
                outcome.missing().isEmpty() ? "none" : number(outcome.missing().size()),
                outcome.unknown());
        cluster.restartNode(outcome.killed());
        cluster.awaitLevel(LEVEL_WITHIN);
        say("node%d is back, as a follower, and level.", outcome.killed());
        return outcome.missing().isEmpty();
    }

    private boolean comparePages(LocalCluster cluster) throws IOException, InterruptedException {
        ReplicaComparison.Result result = ReplicaComparison.compare(
                LocalCluster.DATABASE, cluster.clients(), Deadline.after(LEVEL_WITHIN, clock));
        ConsoleTable table = new ConsoleTable("node", "role", "epoch", "txid", "pages", "state checksum", "lag", "age");
        for (int number = 1; number <= NODES; number++) {
            ReplicaScan scan = result.scans().get(number - 1);
            NodeStatus status = cluster.client(number).status();
            DatabaseStatus database =
                    status.database(LocalCluster.DATABASE).orElseThrow(() -> new IOException("no database any more"));
            table.row(
                    status.node(),
                    status.isPrimary() ? "primary" : status.role(),
                    number(scan.epoch()),
                    number(scan.txid()),
                    number(scan.pages()),
                    scan.found(),
                    number(database.lag()),
                    database.ageMillis().isPresent() ? database.ageMillis().getAsLong() + " ms" : "-");
        }
        say("");
        say("%s", table);
        say("");
        boolean equal = result.verdict() == ReplicaComparison.Verdict.EQUAL;
        say(
                equal
                        ? "Every page of every replica was read for these checksums: they are equal at one txid."
                        : "The replicas differ. Verdict: " + result);
        return equal;
    }

    /** What the sqlite3 shell and every other program see: an ordinary SQLite file that somebody else is writing. */
    private boolean usePlainSqlite(LocalCluster cluster, ChinookData chinook) throws SQLException {
        int number = cluster.primary().orElse(1) % NODES + 1;
        Path follower = cluster.databaseFile(number, LocalCluster.DATABASE);
        TableDefinition first = chinook.tables().get(0);
        try (Connection plain = DriverManager.getConnection("jdbc:sqlite:" + follower);
                Statement statement = plain.createStatement()) {
            long rows;
            try (ResultSet count = statement.executeQuery(first.countStatement())) {
                rows = count.next() ? count.getLong(1) : -1;
            }
            String check;
            try (ResultSet result = statement.executeQuery("PRAGMA integrity_check")) {
                check = result.next() ? result.getString(1) : "nothing";
            }
            boolean refused = isRefused(statement);
            say(
                    "Plain SQLite on node%d's file: %d rows in %s, integrity_check %s, a write is %s.",
                    number, rows, first.name(), check, refused ? "refused (SQLITE_BUSY)" : "NOT refused");
            return rows == chinook.rowCount(first) && check.equals("ok") && refused;
        }
    }

    private static boolean isRefused(Statement statement) throws SQLException {
        statement.execute("PRAGMA busy_timeout = 100");
        try {
            statement.executeUpdate("CREATE TABLE intruder (a)");
            return false;
        } catch (SQLException refused) {
            if (refused.getErrorCode() != SQLiteErrorCode.SQLITE_BUSY.code) {
                throw refused;
            }
            return true;
        }
    }

    private String seconds(long sinceNanos) {
        return seconds(Duration.ofNanos(clock.nanoTime() - sinceNanos));
    }

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1f s", duration.toNanos() / 1e9);
    }

    private static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    private void say(String format, Object... values) {
        out.printf(Locale.ROOT, format + "%n", values);
        out.flush();
    }
}
