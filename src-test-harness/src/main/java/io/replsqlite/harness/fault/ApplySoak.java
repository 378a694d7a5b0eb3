package io.replsqlite.harness.fault;

import com.fasterxml.jackson.databind.JsonNode;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.NamedThreads;
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
 * processes read the follower's file, snapshot after snapshot, and one tries to write to it. Ends with proof that both
 * nodes are equal.
 *
 * <p>{@code java -cp ... io.replsqlite.harness.fault.ApplySoak TRANSACTIONS [DIR [SEED]]} prints a report and ends with 0
 * if nothing was wrong.
 */
public final class ApplySoak {
    private static final int WRITERS = 16;
    private static final int READERS = 2;
    private static final int CHECK_EVERY = 25;
    private static final List<String> SETTINGS = List.of("--checkpoint-pages", "200", "--log-segment-bytes", "4MiB");

    private final long transactions;
    private final long seed;
    private final NodePair pair;
    private final AtomicLong next = new AtomicLong();

    private ApplySoak(long transactions, Path directory, long seed) throws IOException {
        this.transactions = transactions;
        this.seed = seed;
        this.pair = new NodePair(directory, SETTINGS);
    }

    /** What the run came to. */
    public record Report(
            long transactions,
            long seconds,
            long snapshots,
            long integrityChecks,
            long readErrors,
            String firstReadError,
            long foreignSlips,
            long foreignRefusals,
            long foreignSnapshots,
            long foreignErrors,
            long repairs) {
        public boolean isClean() {
            return readErrors == 0 && foreignErrors == 0;
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
        new PairCheck(pair, new Ledger()).awaitLevel();
        String file = pair.databaseFile(Member.FOLLOWER).toString();
        List<Bystander> readers = new ArrayList<>();
        try (Bystander intruder = Bystander.start(ForeignWriter.class, List.of(file))) {
            for (int i = 0; i < READERS; i++) {
                readers.add(Bystander.start(SnapshotReader.class, List.of(file, String.valueOf(CHECK_EVERY))));
            }
            long start = MonotonicClock.SYSTEM.nanoTime();
            writeAll();
            long seconds =
                    Duration.ofNanos(MonotonicClock.SYSTEM.nanoTime() - start).toSeconds();
            JsonNode foreign = intruder.finish();
            new PairCheck(pair, new Ledger()).awaitLevel();
            List<JsonNode> read = new ArrayList<>();
            for (Bystander reader : readers) {
                read.add(reader.finish());
            }
            new PairCheck(pair, new Ledger()).proveEqual();
            return report(seconds, foreign, read);
        } finally {
            readers.forEach(Bystander::close);
        }
    }

    private Report report(long seconds, JsonNode foreign, List<JsonNode> readers) throws IOException {
        String log = pair.log(Member.FOLLOWER);
        String repaired = "written by another program";
        return new Report(
                transactions,
                seconds,
                sum(readers, "snapshots"),
                sum(readers, "integrityChecks"),
                sum(readers, "errors"),
                readers.stream().map(one -> one.path("firstError").asText()).reduce("", String::concat)
                        + foreign.path("firstError").asText(),
                foreign.path("slips").asLong(),
                foreign.path("refusals").asLong(),
                sum(readers, "foreignSnapshots"),
                foreign.path("errors").asLong(),
                log.lines().filter(line -> line.contains(repaired)).count());
    }

    private static long sum(List<JsonNode> readers, String field) {
        return readers.stream().mapToLong(one -> one.path(field).asLong()).sum();
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
