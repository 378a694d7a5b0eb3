package io.replsqlite.harness.crash;

import io.replsqlite.base.FailurePoint;
import io.replsqlite.harness.crash.CrashCell.Action;
import io.replsqlite.harness.fault.Await;
import io.replsqlite.harness.fault.Ledger;
import io.replsqlite.harness.fault.LedgerWriter;
import io.replsqlite.harness.fault.NodePair;
import io.replsqlite.harness.fault.NodePair.Member;
import io.replsqlite.harness.fault.PairCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;

/**
 * Runs cells one after another on one pair of nodes, which lives from cell to cell; after a cell that failed, and before
 * one that wants a fresh pair, on a new one. For one thread.
 */
final class CrashLane implements AutoCloseable {
    private static final Duration REACH_WAIT = Duration.ofSeconds(60);
    private static final Duration STOP_WAIT = Duration.ofSeconds(20);
    private static final int SETTLING_WRITES = 30;

    /** Everything that the failure points stand on happens every few transactions. */
    private static final List<String> SETTINGS = List.of(
            "--checkpoint-pages", "50",
            "--log-segment-bytes", "64KiB",
            "--log-retention-bytes", "128KiB",
            "--apply-batch", "32");

    private static final List<String> NO_CHECKPOINTS = List.of("--checkpoint-pages", "1000000");

    private final Path root;
    private final long seed;
    private int pairs;
    private NodePair pair;
    private Ledger ledger;
    private LedgerWriter writer;

    /** What came of a cell: nothing to object to, or what was wrong. */
    record Result(CrashCell cell, String observed, String objection) {}

    CrashLane(Path root, long seed) throws IOException {
        this.root = root;
        this.seed = seed;
        newPair();
    }

    private void newPair() throws IOException {
        pair = new NodePair(root.resolve("pair" + ++pairs), SETTINGS);
        ledger = new Ledger();
        writer = new LedgerWriter(pair.client(Member.PRIMARY), ledger, seed + pairs);
    }

    private void replacePair() throws IOException, InterruptedException {
        close();
        newPair();
    }

    Result run(CrashCell cell) throws InterruptedException {
        try {
            String observed = cell.action() == Action.HALT ? dieAt(cell) : failAt(cell);
            pair.start(cell.member());
            settle();
            new PairCheck(pair, ledger).run();
            return new Result(cell, observed, "");
        } catch (IOException | SQLException | RuntimeException wrong) {
            String where = wrong.getStackTrace().length == 0 ? "" : " at " + wrong.getStackTrace()[0];
            Result failed = new Result(cell, "", wrong.getMessage() + where + tails());
            giveUpPair();
            return failed;
        }
    }

    private void giveUpPair() throws InterruptedException {
        try {
            replacePair();
        } catch (IOException failure) {
            throw new IllegalStateException("no new pair of nodes can be made", failure);
        }
    }

    private String tails() {
        StringBuilder text = new StringBuilder();
        for (Member member : Member.values()) {
            try {
                List<String> lines = pair.log(member).lines().toList();
                List<String> tail = lines.subList(Math.max(0, lines.size() - 25), lines.size());
                text.append("\n--- ").append(member).append('\n').append(String.join("\n", tail));
            } catch (IOException unreadable) {
                text.append("\n--- ").append(member).append(": ").append(unreadable);
            }
        }
        return text.toString();
    }

    private String dieAt(CrashCell cell) throws IOException, InterruptedException, SQLException {
        leadTo(cell);
        writer.resume();
        try {
            if (cell.recipe() == Recipe.FOREIGN_ON_PRIMARY) {
                writeForeignUntilDead();
            }
            int code = pair.process(cell.member()).awaitExit(REACH_WAIT);
            if (code != FailurePoint.HALT_EXIT_CODE) {
                throw new IOException("ended with exit code " + code + " instead of halting at the point");
            }
            return "halted, exit code " + code;
        } catch (IOException late) {
            throw new IOException(cell.armed() + " was never reached: " + late.getMessage(), late);
        } finally {
            writer.pause();
        }
    }

    /** The disk fails for good: the node must say so, and whatever it acknowledges must hold. */
    private String failAt(CrashCell cell) throws IOException, InterruptedException, SQLException {
        int unknownBefore = ledger.unknownCount();
        int refusedBefore = ledger.refusedCount();
        int logged =
                cell.recipe() == Recipe.FRESH_PAIR ? 0 : pair.log(cell.member()).length();
        leadTo(cell);
        writer.resume();
        try {
            String injected = "injected at " + cell.point();
            Await.until(cell.armed() + " is reached and the node names it in its log", REACH_WAIT, () -> {
                if (cell.recipe() == Recipe.FOREIGN_ON_PRIMARY) {
                    writeForeignOnce();
                }
                return pair.log(cell.member()).substring(logged).contains(injected);
            });
        } finally {
            writer.pause();
        }
        return endFailed(cell, logged) + ", writes unknown " + (ledger.unknownCount() - unknownBefore) + ", refused "
                + (ledger.refusedCount() - refusedBefore);
    }

    /** A node that could not start ends by itself with a report; any other must still end in good order. */
    private String endFailed(CrashCell cell, int logged) throws IOException, InterruptedException {
        int code = pair.process(cell.member()).stop(STOP_WAIT);
        String log = pair.log(cell.member()).substring(logged);
        if (code == 1 && !(log.contains("error:") && log.contains("why:") && log.contains("do:"))) {
            throw new IOException("the node ended without a report of what, why and what to do");
        }
        return code == 1 ? "refused to start with a report" : "failed visibly, exit code " + code;
    }

    private void leadTo(CrashCell cell) throws IOException, InterruptedException, SQLException {
        if (cell.recipe() == Recipe.FRESH_PAIR) {
            replacePair();
            pair.launch(Member.PRIMARY, cell.armed(), List.of());
            pair.launch(Member.FOLLOWER, "", List.of());
            return;
        }
        ensureRunning();
        if (cell.recipe() == Recipe.LEFTOVERS_ON_FOLLOWER) {
            pair.stop(cell.member()); // everything is checkpointed, so that what follows in the WAL is known to be
            // foreign
        } else if (cell.recipe() != Recipe.LOST_WAL) {
            pair.kill(cell.member());
        }
        switch (cell.recipe()) {
            case LOST_WAL -> loseWal();
            case FRESH_FOLLOWER -> pair.wipe(Member.FOLLOWER);
            case FOREIGN_FOLLOWER -> writeToFollowerFile();
            case LEFTOVERS_ON_FOLLOWER -> leaveInWalOfFollower();
            default -> {}
        }
        pair.launch(cell.member(), cell.armed(), List.of());
    }

    private void ensureRunning() throws IOException, InterruptedException {
        if (pairs > 0 && ledger.acknowledgedCount() == 0) {
            pair.startBoth();
            settle();
        }
    }

    /** Lets the nodes take writes for a while, and leaves the writer paused. */
    private void settle() throws IOException, InterruptedException {
        int before = ledger.acknowledgedCount();
        writer.resume();
        try {
            Await.until(
                    "the primary takes writes again",
                    REACH_WAIT,
                    () -> ledger.acknowledgedCount() >= before + SETTLING_WRITES);
        } catch (IOException late) {
            throw new IOException(
                    late.getMessage() + "; last refusal: " + ledger.lastRefusal() + "; last unknown: "
                            + ledger.lastUnknown(),
                    late);
        } finally {
            writer.pause();
        }
    }

    /** Nothing is checkpointed in this run of the primary, so that the log alone has what its WAL had. */
    private void loseWal() throws IOException, InterruptedException {
        pair.stop(Member.PRIMARY);
        pair.launch(Member.PRIMARY, "", NO_CHECKPOINTS);
        pair.awaitReady(Member.PRIMARY);
        settle();
        pair.kill(Member.PRIMARY);
        for (String suffix : List.of("-wal", "-shm")) {
            Path file = pair.databaseFile(Member.PRIMARY);
            Files.delete(file.resolveSibling(file.getFileName() + suffix));
        }
    }

    private void writeToFollowerFile() throws SQLException {
        try (Connection connection = open(Member.FOLLOWER);
                Statement statement = connection.createStatement()) {
            statement.execute("insert into ledger(id) values (-1)");
            statement.execute("delete from filler where slot % 3 = 0");
        }
    }

    /** The program dies with its connection open, so that nothing is checkpointed. */
    private void leaveInWalOfFollower() throws IOException, InterruptedException {
        Process other = new ProcessBuilder(
                        "python3",
                        "-c",
                        "import sqlite3,os,sys\nc=sqlite3.connect(sys.argv[1])\n"
                                + "c.execute('insert into ledger(id) values (-2)')\nc.commit()\nos._exit(0)",
                        pair.databaseFile(Member.FOLLOWER).toString())
                .inheritIO()
                .start();
        if (other.waitFor() != 0) {
            throw new IOException("the other program did not write to the follower's file");
        }
    }

    private void writeForeignUntilDead() throws IOException, InterruptedException {
        Await.until("the primary is dead", REACH_WAIT, () -> {
            if (pair.process(Member.PRIMARY).isAlive()) {
                writeForeignOnce();
                return false;
            }
            return true;
        });
    }

    /** A commit that SQLite acknowledges to another program counts as acknowledged. */
    private void writeForeignOnce() throws IOException, InterruptedException {
        long id = ledger.nextId();
        Await.until("a foreign write gets its turn", REACH_WAIT, () -> {
            try (Connection connection = open(Member.PRIMARY);
                    Statement statement = connection.createStatement()) {
                ledger.unknown(id, "a foreign write under way");
                statement.execute("insert into ledger(id) values (" + id + ")");
                ledger.acknowledged(id);
                return true;
            }
        });
    }

    private Connection open(Member member) throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + pair.databaseFile(member) + "?busy_timeout=2000");
    }

    @Override
    public void close() throws InterruptedException {
        writer.close();
        pair.close();
    }
}
