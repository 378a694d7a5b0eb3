package io.replsqlite.harness.fault;

import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.NamedThreads;
import io.replsqlite.harness.fault.Bystanders.Kind;
import io.replsqlite.harness.fault.NodePair.Member;
import io.replsqlite.wire.ExecuteRequest.Statement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A pair of nodes under transactions of all sizes, with DDL, VACUUM, growth, shrink and many checkpoints, while other
 * processes (JVM, Python, the sqlite3 shell) read the follower's file, and two try to write to it. Ends with proof that both
 * nodes are equal.
 *
 * <p>{@code java -cp ... io.replsqlite.harness.fault.ApplySoak TRANSACTIONS [DIR [SEED]]} prints a report and ends with 0
 * if nothing was wrong.
 */
public final class ApplySoak {
    private static final int WRITERS = 16;
    private static final int JVM_READERS = 2;
    private static final String REPAIRED = "written by another program";
    private static final int CHECK_EVERY = 25;
    private static final List<String> SETTINGS = List.of("--checkpoint-pages", "200", "--log-segment-bytes", "4MiB");

    private final long transactions;
    private final long seed;
    private final Path directory;
    private final NodePair pair;
    private final AtomicLong next = new AtomicLong();

    private ApplySoak(long transactions, Path directory, long seed) throws IOException {
        this.transactions = transactions;
        this.seed = seed;
        this.directory = directory;
        this.pair = new NodePair(directory, SETTINGS);
    }

    /** What readers of one kind have seen. */
    public record Reading(long snapshots, long integrityChecks, long foreignSnapshots, long errors) {
        static Reading of(Bystanders all, Kind kind) {
            return new Reading(
                    all.sum(kind, "snapshots"),
                    all.sum(kind, "integrityChecks"),
                    all.sum(kind, "foreignSnapshots"),
                    all.sum(kind, "errors"));
        }
    }

    /** How those of one kind who tried to write have fared. */
    public record Writing(long slips, long refusals, long errors) {
        static Writing of(Bystanders all, Kind kind) {
            return new Writing(all.sum(kind, "slips"), all.sum(kind, "refusals"), all.sum(kind, "errors"));
        }
    }

    /**
     * What the run came to.
     *
     * @param firstErrors of each bystander that had one
     * @param skipped bystanders that this machine cannot run, and why
     */
    public record Report(
            long transactions,
            long seconds,
            Reading jvm,
            Reading python,
            Reading shell,
            Writing jvmWriter,
            Writing pythonWriter,
            long repairs,
            List<String> firstErrors,
            List<String> skipped) {
        public Report {
            firstErrors = List.copyOf(firstErrors);
            skipped = List.copyOf(skipped);
        }

        public boolean isClean() {
            return jvm.errors + python.errors + shell.errors + jvmWriter.errors + pythonWriter.errors == 0;
        }
    }

    public static void main(String[] arguments) throws Exception {
        long transactions = Long.parseLong(arguments[0]);
        Path directory = arguments.length > 1 ? Path.of(arguments[1]) : Files.createTempDirectory("replsqlite-soak");
        long seed = arguments.length > 2 ? Long.parseLong(arguments[2]) : 1;
        Report report = run(transactions, directory, seed);
        System.out.println(report);
        System.exit(report.isClean() ? 0 : 1);
    }

    /** @throws IOException if a write fails, or the nodes are not whole and equal in the end */
    public static Report run(long transactions, Path directory, long seed)
            throws IOException, InterruptedException, SQLException, ExecutionException {
        ApplySoak soak = new ApplySoak(transactions, directory, seed);
        try (NodePair owned = soak.pair) {
            owned.startBoth();
            return soak.runBesideOthers();
        }
    }

    private Report runBesideOthers() throws IOException, InterruptedException, SQLException, ExecutionException {
        execute(SoakSchema.create());
        PairCheck check = new PairCheck(pair, new Ledger());
        check.awaitLevel();
        Path file = pair.databaseFile(Member.FOLLOWER);
        try (Bystanders others = Bystanders.start(file, JVM_READERS, CHECK_EVERY, directory)) {
            long start = MonotonicClock.SYSTEM.nanoTime();
            writeAll();
            long seconds =
                    Duration.ofNanos(MonotonicClock.SYSTEM.nanoTime() - start).toSeconds();
            others.finishWriters();
            check.awaitLevel();
            others.finishReaders();
            check.proveEqual();
            return report(seconds, others);
        }
    }

    private Report report(long seconds, Bystanders others) throws IOException {
        return new Report(
                transactions,
                seconds,
                Reading.of(others, Kind.JVM_READER),
                Reading.of(others, Kind.PYTHON_READER),
                Reading.of(others, Kind.SHELL_CHECKER),
                Writing.of(others, Kind.JVM_WRITER),
                Writing.of(others, Kind.PYTHON_WRITER),
                pair.log(Member.FOLLOWER)
                        .lines()
                        .filter(line -> line.contains(REPAIRED))
                        .count(),
                others.firstErrors(),
                others.skipped());
    }

    private void writeAll() throws InterruptedException, ExecutionException {
        ExecutorService writers = Executors.newFixedThreadPool(WRITERS, NamedThreads.of("soak-writer"));
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                running.add(writers.submit(this::writeSome));
            }
            for (Future<?> writer : running) {
                Object ignored = writer.get();
            }
        } finally {
            List<Runnable> ignored = writers.shutdownNow();
        }
    }

    private Long writeSome() throws IOException, InterruptedException {
        long written = 0;
        for (long number = next.incrementAndGet(); number <= transactions; number = next.incrementAndGet()) {
            execute(SoakSchema.transaction(number, seed));
            written++;
        }
        return written;
    }

    private void execute(List<Statement> statements) throws IOException, InterruptedException {
        NodeClient.Outcome outcome = pair.client(Member.PRIMARY).execute(NodePair.DATABASE, statements);
        if (!(outcome instanceof NodeClient.Outcome.Acknowledged)) {
            throw new IOException("a write of the soak run was not acknowledged: " + outcome);
        }
    }
}
