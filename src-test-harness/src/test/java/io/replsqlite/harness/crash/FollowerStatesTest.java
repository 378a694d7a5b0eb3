package io.replsqlite.harness.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.replsqlite.harness.fault.Await;
import io.replsqlite.harness.fault.Ledger;
import io.replsqlite.harness.fault.LedgerWriter;
import io.replsqlite.harness.fault.NodeClient;
import io.replsqlite.harness.fault.NodePair;
import io.replsqlite.harness.fault.NodePair.Member;
import io.replsqlite.harness.fault.PairCheck;
import io.replsqlite.wire.ExecuteRequest;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whatever state a node's files are in, both nodes end whole and equal, by the cheapest way that is right: the follower's
 * log tells which way it was. One pair of nodes lives through all of it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(180)
class FollowerStatesTest {
    private static final Duration WAIT = Duration.ofSeconds(60);
    private static final String BY_PAGES = "receiving ";
    private static final int STILL_PAGES = 400;

    /** The page of the table that nobody writes to. */
    private static final int STILL_PAGE = 200;

    private static final int PAGE_BYTES = 4096;

    private static final List<String> SETTINGS =
            List.of("--checkpoint-pages", "100", "--log-segment-bytes", "64KiB", "--log-retention-bytes", "128KiB");

    @TempDir
    static Path directory;

    private final Ledger ledger = new Ledger();
    private NodePair pair;
    private LedgerWriter writer;

    @BeforeAll
    void start() throws Exception {
        pair = new NodePair(directory.resolve("pair"), SETTINGS);
        writer = new LedgerWriter(pair.client(Member.PRIMARY), ledger, 11);
        pair.startBoth();
        execute("create table still(id integer primary key, body blob)");
        execute("with recursive n(i) as (select 1 union all select i+1 from n where i < " + STILL_PAGES
                + ") insert into still select i, randomblob(3500) from n");
        write(30);
        check();
    }

    @AfterAll
    void stop() throws Exception {
        writer.close();
        pair.close();
    }

    @Test
    void aNewFollowerReceivesEveryPage() throws Exception {
        pair.kill(Member.FOLLOWER);
        pair.wipe(Member.FOLLOWER);
        assertThat(logOfRestart()).contains(BY_PAGES);
    }

    @Test
    void aFollowerThatIsBehindReadsTheLog() throws Exception {
        pair.kill(Member.FOLLOWER);
        write(20);
        assertThat(logOfRestart()).doesNotContain(BY_PAGES);
    }

    @Test
    void aFollowerBehindTheLogReceivesOnlyPagesThatDiffer() throws Exception {
        long had = status(Member.FOLLOWER).path("applied").asLong();
        pair.kill(Member.FOLLOWER);
        pair.stop(Member.PRIMARY); // only a primary that never heard of the follower lets the log go
        pair.start(Member.PRIMARY);
        Await.until("the primary has deleted what the follower needs", WAIT, () -> {
            write(50);
            return status(Member.PRIMARY).path("logFrom").asLong() > had;
        });
        assertPagesSentAtMost(logOfRestart(), 0.6);
    }

    @Test
    void aDamagedPageIsReplacedAlone() throws Exception {
        pair.stop(Member.FOLLOWER);
        flip(pair.databaseFile(Member.FOLLOWER), (long) STILL_PAGE * PAGE_BYTES + 2000);
        assertPagesSentAtMost(logOfRestart(), 0.05);
    }

    @Test
    void aDamagedLogIsNamedSetAsideAndReplaced() throws Exception {
        // Only what a later sync proves to have been durable is damage; the rest is a torn append, and simply fetched.
        Await.until("the last segment has records of many syncs", WAIT, () -> {
            write(1);
            return usedBytes(lastSegment()) > 60_000;
        });
        pair.kill(Member.FOLLOWER);
        Path segment = lastSegment();
        flip(segment, 1500);
        assertThat(logOfRestart()).contains(segment.getFileName().toString()).contains("set aside");
        assertThat(rescued()).isNotEmpty();
    }

    @Test
    void withoutItsChecksumsAFollowerReadsItsOwnPagesAndThenTheLog() throws Exception {
        pair.kill(Member.FOLLOWER);
        Files.delete(pair.stateDirectory(Member.FOLLOWER).resolve("checksums"));
        assertThat(logOfRestart()).contains("every page is read");
    }

    @Test
    void withoutItsWalAFollowerCommitsFromItsLog() throws Exception {
        pair.stop(Member.FOLLOWER);
        pair.launch(Member.FOLLOWER, "", List.of("--checkpoint-pages", "1000000"));
        pair.awaitReady(Member.FOLLOWER);
        write(20);
        check();
        pair.kill(Member.FOLLOWER);
        deleteWal(Member.FOLLOWER);
        assertThat(logOfRestart()).contains("committed again").doesNotContain(BY_PAGES);
    }

    @Test
    void aPrimaryWithoutItsWalLosesNothing() throws Exception {
        write(20);
        pair.kill(Member.PRIMARY);
        deleteWal(Member.PRIMARY);
        pair.start(Member.PRIMARY);
        check();
    }

    @Test
    void whatAnotherProgramCheckpointedWhileThePrimaryWasDownIsReplicated() throws Exception {
        pair.stop(Member.PRIMARY);
        long id = ledger.nextId();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + pair.databaseFile(Member.PRIMARY));
                Statement statement = connection.createStatement()) {
            statement.execute("insert into ledger(id) values (" + id + ")");
        }
        ledger.acknowledged(id);
        pair.start(Member.PRIMARY);
        check();
    }

    @Test
    void whatAnotherProgramLeftInTheWalWhileThePrimaryWasDownIsReplicated() throws Exception {
        pair.stop(Member.PRIMARY);
        long id = ledger.nextId();
        Process other = new ProcessBuilder(
                        "python3",
                        "-c",
                        "import sqlite3,os,sys\nc=sqlite3.connect(sys.argv[1])\nc.execute('insert into ledger(id) values ("
                                + id + ")')\nc.commit()\nos._exit(0)",
                        pair.databaseFile(Member.PRIMARY).toString())
                .inheritIO()
                .start();
        assertThat(other.waitFor()).isZero();
        ledger.acknowledged(id);
        pair.start(Member.PRIMARY);
        check();
    }

    @Test
    void commitsThatThePrimaryLacksAreRescuedAndReplaced() throws Exception {
        try (NodePair own = new NodePair(directory.resolve("restored"), SETTINGS)) {
            own.startBoth();
            insertInto(own, "create table t(id integer primary key, body)");
            insertInto(own, "insert into t values (1, 'kept')");
            own.stop(Member.PRIMARY);
            Path copy = directory.resolve("older");
            copyTree(own.directory(Member.PRIMARY), copy);
            own.start(Member.PRIMARY);
            insertInto(own, "insert into t values (2, 'lost by the restore')");
            new PairCheck(own, new Ledger()).proveEqual();
            own.kill(Member.PRIMARY);
            own.wipe(Member.PRIMARY);
            NodePair.deleteTree(own.directory(Member.PRIMARY));
            copyTree(copy, own.directory(Member.PRIMARY));
            own.start(Member.PRIMARY);
            insertInto(own, "insert into t values (3, 'after the restore')");
            new PairCheck(own, new Ledger()).proveEqual();
            assertThat(own.stateDirectory(Member.FOLLOWER).resolve("rescued")).isNotEmptyDirectory();
        }
    }

    @Test
    void anotherDatabaseOfTheSameNameIsRefusedAndNotTouched() throws Exception {
        pair.stop(Member.FOLLOWER);
        Path own = pair.directory(Member.FOLLOWER);
        Path aside = directory.resolve("aside");
        Files.move(own, aside);
        try (NodePair other = new NodePair(directory.resolve("other"), SETTINGS)) {
            other.start(Member.PRIMARY);
            insertInto(other, "create table precious(id)");
            other.stop(Member.PRIMARY);
            copyTree(other.directory(Member.PRIMARY), own);
        }
        byte[] before = Files.readAllBytes(pair.databaseFile(Member.FOLLOWER));
        int logged = pair.log(Member.FOLLOWER).length();
        pair.launch(Member.FOLLOWER, "", List.of());
        Await.until(
                "the follower refuses",
                WAIT,
                () -> pair.log(Member.FOLLOWER).substring(logged).contains("another database of the"));
        pair.stop(Member.FOLLOWER);
        assertThat(Files.readAllBytes(pair.databaseFile(Member.FOLLOWER))).isEqualTo(before);
        NodePair.deleteTree(own);
        Files.move(aside, own);
        assertThat(logOfRestart()).doesNotContain(BY_PAGES);
    }

    @ParameterizedTest
    @CsvSource({"512, 0", "65536, 0", "4096, 1", "1024, 2"})
    void everyPageSizeAndAutoVacuumIsImportedAndReplicated(int pageSize, int autoVacuum) throws Exception {
        String name = "imported" + pageSize;
        Path source = directory.resolve(name + ".source");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + source);
                Statement statement = connection.createStatement()) {
            statement.execute("pragma page_size=" + pageSize);
            statement.execute("pragma auto_vacuum=" + autoVacuum);
            statement.execute("create table t(id integer primary key, body blob)");
            statement.execute("with recursive n(i) as (select 1 union all select i+1 from n where i < 300)"
                    + " insert into t select i, randomblob(900) from n");
        }
        JsonNode imported =
                pair.client(Member.PRIMARY).post("/v1/databases/" + name + "/import", "{\"file\":\"" + source + "\"}");
        assertThat(imported.path("database").asText()).isEqualTo(name);
        execute(name, "delete from t where id % 2 = 0");
        execute(name, "insert into t select id + 1000, randomblob(500) from t");
        Await.until("both have " + name + " at one state", WAIT, () -> {
            JsonNode one = pair.client(Member.PRIMARY).status(name);
            JsonNode other = pair.client(Member.FOLLOWER).status(name);
            return one.path("applied").asLong() >= 3
                    && one.path("applied").equals(other.path("applied"))
                    && one.path("checksum").equals(other.path("checksum"));
        });
        JsonNode scan = pair.client(Member.FOLLOWER).scan(name);
        assertThat(scan.path("found")).isEqualTo(scan.path("expected"));
        assertThat(scan.path("wrongPages")).isEmpty();
    }

    /** Restarts the follower, proves that all is well again, and answers what the follower logged about it. */
    private String logOfRestart() throws Exception {
        int logged = pair.log(Member.FOLLOWER).length();
        pair.start(Member.FOLLOWER);
        check();
        return pair.log(Member.FOLLOWER).substring(logged);
    }

    private void check() throws IOException, InterruptedException, SQLException {
        new PairCheck(pair, ledger).run();
    }

    private static void assertPagesSentAtMost(String log, double part) {
        var sent = java.util.regex.Pattern.compile("receiving ([0-9,]+) of ([0-9,]+) pages")
                .matcher(log);
        assertThat(sent.find()).as("a resync in: %s", log).isTrue();
        double pages = Double.parseDouble(sent.group(1).replace(",", ""));
        double all = Double.parseDouble(sent.group(2).replace(",", ""));
        assertThat(pages / all).as(sent.group()).isLessThanOrEqualTo(part);
    }

    private void write(int count) throws IOException, InterruptedException {
        int before = ledger.acknowledgedCount();
        writer.resume();
        try {
            Await.until("writes are acknowledged", WAIT, () -> ledger.acknowledgedCount() >= before + count);
        } finally {
            writer.pause();
        }
    }

    private void execute(String sql) throws Exception {
        execute(NodePair.DATABASE, sql);
    }

    private void execute(String database, String sql) throws Exception {
        acknowledged(pair.client(Member.PRIMARY), database, sql);
    }

    private static void insertInto(NodePair pair, String sql) throws Exception {
        acknowledged(pair.client(Member.PRIMARY), NodePair.DATABASE, sql);
    }

    private static void acknowledged(NodeClient client, String database, String sql) throws Exception {
        NodeClient.Outcome outcome = client.execute(database, List.of(ExecuteRequest.Statement.of(sql)));
        assertThat(outcome).as(sql).isInstanceOf(NodeClient.Outcome.Acknowledged.class);
    }

    private JsonNode status(Member member) throws IOException, InterruptedException {
        return pair.client(member).status(NodePair.DATABASE);
    }

    private List<Path> rescued() throws IOException {
        Path directoryOfRescued = pair.stateDirectory(Member.FOLLOWER).resolve("rescued");
        try (Stream<Path> logs = Files.list(directoryOfRescued)) {
            return logs.toList();
        }
    }

    private Path lastSegment() throws IOException {
        try (Stream<Path> files =
                Files.walk(pair.stateDirectory(Member.FOLLOWER).resolve("log"))) {
            return files.filter(file -> file.toString().endsWith(".log"))
                    .max(java.util.Comparator.naturalOrder())
                    .orElseThrow();
        }
    }

    /** Up to the zeros that are written ahead of the records. */
    private static int usedBytes(Path segment) throws IOException {
        byte[] bytes = Files.readAllBytes(segment);
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] == 0) {
            end--;
        }
        return end;
    }

    private static void flip(Path file, long at) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(at);
            int value = bytes.read();
            bytes.seek(at);
            bytes.write(value ^ 0x10);
        }
    }

    private void deleteWal(Member member) throws IOException {
        for (String suffix : List.of("-wal", "-shm")) {
            Path file = pair.databaseFile(member);
            Files.deleteIfExists(file.resolveSibling(file.getFileName() + suffix));
        }
    }

    private static void copyTree(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(
                        file,
                        to.resolve(from.relativize(file).toString()),
                        java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }
}
