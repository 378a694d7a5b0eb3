package io.replsqlite.harness.bench;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * A prepared point select through the driver on the replica file against plain sqlite-jdbc on the same file, in alternating
 * rounds: how much longer it takes, and what it allocates.
 */
final class LocalReadScenario {
    private static final String SELECT = "select value from t where id = ?";
    private static final int ROWS = 10_000;
    private static final int ROUNDS = 120;
    private static final int WARM_UP_ROUNDS = 40;
    private static final int READS_PER_ROUND = 10_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final Path directory;
    private long checked;

    LocalReadScenario(Path directory) {
        this.directory = directory;
    }

    /** Durations of whole rounds, and the bytes of the one that allocated least: the compiler is done by then. */
    private static final class Rounds {
        private final Samples nanos = new Samples();
        private long leastBytes = Long.MAX_VALUE;

        double microsPerRead() {
            return nanos.micros(0.5) / READS_PER_ROUND;
        }

        double bytesPerRead() {
            return (double) leastBytes / READS_PER_ROUND;
        }

        @Override
        public String toString() {
            return "%.3f us, %.1f bytes per read".formatted(microsPerRead(), bytesPerRead());
        }
    }

    List<Figure> run() throws IOException, SQLException, InterruptedException {
        Rounds plain = new Rounds();
        Rounds ours = new Rounds();
        try (BenchDatabase database = new BenchDatabase(directory)) {
            database.write(
                    writer -> CommitScenario.execute(writer, "create table t(id integer primary key, value integer)"));
            database.write(writer -> CommitScenario.execute(
                    writer,
                    "insert into t with recursive n(i) as (select 1 union all select i + 1 from n where i < " + ROWS
                            + ") select i, i * 7 from n"));
            Path file = directory.resolve("bench.db");
            try (Connection onFile = DriverManager.getConnection("jdbc:sqlite:" + file + "?open_mode=1");
                    Connection onReplica = DriverManager.getConnection("jdbc:replsqlite:" + file);
                    PreparedStatement plainly = onFile.prepareStatement(SELECT);
                    PreparedStatement routed = onReplica.prepareStatement(SELECT)) {
                for (int round = 0; round < ROUNDS; round++) {
                    measure(plainly, plain, round >= WARM_UP_ROUNDS);
                    measure(routed, ours, round >= WARM_UP_ROUNDS);
                }
            }
        }
        return List.of(
                new Figure(
                        "a prepared point select on the replica file",
                        Measurement.of(ours.toString(), "microsPerRead", ours.microsPerRead()),
                        Measurement.of(plain.toString(), "microsPerRead", plain.microsPerRead()),
                        ours.microsPerRead() / plain.microsPerRead(),
                        1.03,
                        false,
                        "x"),
                new Figure(
                        "what it allocates beyond sqlite-jdbc",
                        bytes(ours),
                        bytes(plain),
                        ours.bytesPerRead() - plain.bytesPerRead(),
                        0,
                        false,
                        " bytes"));
    }

    private static Measurement bytes(Rounds rounds) {
        return Measurement.of("%.1f bytes".formatted(rounds.bytesPerRead()), "bytesPerRead", rounds.bytesPerRead());
    }

    private void measure(PreparedStatement select, Rounds into, boolean counts) throws SQLException {
        long bytesBefore = threads.getCurrentThreadAllocatedBytes();
        long start = System.nanoTime();
        for (int i = 0; i < READS_PER_ROUND; i++) {
            select.setInt(1, 1 + i);
            try (ResultSet row = select.executeQuery()) {
                checked += row.next() ? row.getInt(1) : fail(i);
            }
        }
        long nanos = System.nanoTime() - start;
        if (counts) {
            into.nanos.add(nanos);
            into.leastBytes = Math.min(into.leastBytes, threads.getCurrentThreadAllocatedBytes() - bytesBefore);
        }
    }

    private int fail(int row) {
        throw new IllegalStateException("row " + row + " is missing after " + checked);
    }
}
