package io.replsqlite.harness.torture;

import io.replsqlite.base.Durability;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.harness.check.Verdict;
import io.replsqlite.harness.cluster.LocalCluster;
import io.replsqlite.harness.fault.Await;
import io.replsqlite.harness.history.History;
import io.replsqlite.harness.history.Recorder;
import io.replsqlite.harness.rig.Nemesis;
import io.replsqlite.harness.rig.Rig;
import io.replsqlite.harness.torture.RoundReport.Answers;
import io.replsqlite.harness.torture.RoundReport.Fault;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Clients at work, faults, healing, and then the checks. */
final class Round {
    private static final Duration PREPARED_WITHIN = Duration.ofSeconds(60);
    private static final int CALM_MILLIS = 1_000;

    private final Rig rig;
    private final int number;
    private final List<Nemesis> nemeses;
    private final Random random;
    private final RoundTimes times;
    private final List<Fault> faults = new ArrayList<>();

    /**
     * @param holdMillis how long a fault stays at least
     * @param spreadMillis how much longer at most
     */
    record RoundTimes(int holdMillis, int spreadMillis) {}

    /** The history is needed no longer than it takes to keep that of a violation. */
    record Judged(RoundReport report, History history) {}

    /** @param nemeses what is done in this round, at once */
    Round(Rig rig, int number, List<Nemesis> nemeses, Random random, RoundTimes times) {
        this.rig = rig;
        this.number = number;
        this.nemeses = List.copyOf(nemeses);
        this.random = random;
        this.times = times;
    }

    /** @param setAsideBefore transactions that lost primaries had kept before this round */
    Judged run(Durability durability, long setAsideBefore) throws IOException, InterruptedException, SQLException {
        prepare();
        rig.awaitLevel(); // or a client begins with what the round before has left, which is deleted by now
        Recorder recorder = new Recorder(MonotonicClock.SYSTEM);
        try (Crowd crowd = Crowd.start(number, rig.cluster(), recorder, random)) {
            waitMillis(CALM_MILLIS);
            injectAll(recorder);
            rig.heal();
            waitMillis(CALM_MILLIS);
            crowd.stop();
        } catch (IOException stuck) {
            throw new TortureException(
                    "round " + number + ": " + stuck.getMessage(), faults, recorder.history(), stuck);
        }
        rig.awaitLevel();
        SetAside setAside = SetAside.read(rig.cluster());
        List<Verdict> verdicts =
                new Judgement(rig, number, recorder.history(), durability).run(setAside, setAsideBefore);
        long seconds = TimeUnit.NANOSECONDS.toSeconds(recorder.nowNanos());
        History history = recorder.history();
        Answers answers = Answers.of(history);
        return new Judged(
                new RoundReport(number, seconds, faults, answers, verdicts, setAside.transactions()), history);
    }

    private void prepare() throws IOException, InterruptedException {
        Await.until("the tables are ready", PREPARED_WITHIN, () -> {
            try (Connection connection =
                    DriverManager.getConnection(rig.cluster().jdbcUrl(1, LocalCluster.DATABASE))) {
                Schema.prepareRound(connection, Crowd.firstClient(number), Crowd.CLIENTS);
                return true;
            }
        });
    }

    /** The faults of a round begin one after the other and are healed in the opposite order. */
    private void injectAll(Recorder recorder) throws IOException, InterruptedException {
        List<Runnable> notes = new ArrayList<>();
        List<Nemesis.Heal> heals = new ArrayList<>();
        for (Nemesis nemesis : nemeses) {
            long began = recorder.nowNanos();
            Nemesis.Injected injected = begin(nemesis);
            heals.add(0, injected.heal());
            notes.add(() -> faults.add(new Fault(nemesis.word(), injected.detail(), began, recorder.nowNanos())));
        }
        waitMillis(times.holdMillis() + random.nextInt(1 + times.spreadMillis()));
        for (Nemesis.Heal heal : heals) {
            heal.run();
        }
        notes.forEach(Runnable::run);
    }

    private Nemesis.Injected begin(Nemesis nemesis) throws IOException, InterruptedException {
        try {
            return nemesis.begin(rig, random);
        } catch (IOException impossible) {
            // Two faults at once may leave no primary for the second.
            return new Nemesis.Injected(RoundReport.NOT_POSSIBLE + impossible.getMessage(), Nemesis.Heal.BY_RIG);
        }
    }

    static void waitMillis(long millis) throws InterruptedException {
        boolean ignored = new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
    }
}
