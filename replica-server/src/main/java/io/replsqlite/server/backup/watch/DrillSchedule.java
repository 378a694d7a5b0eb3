package io.replsqlite.server.backup.watch;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.NamedThreads;
import io.replsqlite.server.backup.drill.DrillSettings;
import io.replsqlite.server.backup.drill.Evidence;
import io.replsqlite.server.backup.drill.LiveDatabase;
import io.replsqlite.server.backup.drill.RestoreDrill;
import io.replsqlite.server.backup.layout.Generation;
import io.replsqlite.server.backup.restore.BackupPlace;
import io.replsqlite.server.backup.storage.BackupTargets;
import io.replsqlite.server.backup.storage.ObjectStore;
import io.replsqlite.server.backup.storage.StoreUrl;
import io.replsqlite.server.files.DurableFiles;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Holds a drill of each backup of each database at an interval, one after the other, on a thread of its own. */
public final class DrillSchedule implements AutoCloseable {
    private static final Logger LOG = System.getLogger(DrillSchedule.class.getName());
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(2);

    private final DrillPlan plan;
    private final BackupTargets targets;
    private final Supplier<List<Subject>> subjects;
    private final MonotonicClock clock;
    private final Map<String, DrillReport> reports = new ConcurrentHashMap<>();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread;

    /** A database of this node. */
    public record Subject(String database, UUID id, LiveDatabase live) {}

    public DrillSchedule(
            DrillPlan plan, BackupTargets targets, Supplier<List<Subject>> subjects, MonotonicClock clock) {
        this.plan = plan;
        this.targets = targets;
        this.subjects = subjects;
        this.clock = clock;
        this.thread = NamedThreads.single("drill", this::run);
    }

    public void start() {
        thread.start();
    }

    /** By database and destination. */
    public List<DrillReport> reports() {
        return List.copyOf(reports.values());
    }

    private void run() {
        discardLeftovers();
        try {
            while (!stopping.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                try {
                    holdThoseDue();
                } catch (IOException | RuntimeException failure) {
                    LOG.log(Level.WARNING, "a drill could not be held: {0}", failure.getMessage());
                    boolean ignored =
                            stopping.await(Math.min(30_000, plan.interval().toMillis()), TimeUnit.MILLISECONDS);
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Of drills that a crash has cut short; each is as large as a database. */
    private void discardLeftovers() {
        if (!plan.ownsScratch() || !Files.isDirectory(plan.scratch())) {
            return;
        }
        try (Stream<Path> entries = Files.list(plan.scratch())) {
            for (Path entry : entries.toList()) {
                if (entry.getFileName().toString().startsWith(RestoreDrill.SCRATCH_PREFIX)) {
                    DurableFiles.deleteTree(entry);
                }
            }
        } catch (IOException | RuntimeException failure) {
            LOG.log(Level.WARNING, "what an earlier drill has left in " + plan.scratch() + " stays", failure);
        }
    }

    private void holdThoseDue() throws IOException, InterruptedException {
        for (Subject subject : subjects.get()) {
            for (BackupTargets.Target target : targets.current()) {
                StoreUrl url = target.url().child(subject.database());
                DrillReport before = reports.computeIfAbsent(url.toString(), key -> remembered(subject, key));
                if (stopping.getCount() > 0 && isDue(before)) {
                    Evidence evidence = held(subject, url, target);
                    reports.put(url.toString(), before.followedBy(evidence));
                    tell(evidence);
                }
            }
        }
    }

    /** By the wall clock, as the node may have been restarted since. */
    private boolean isDue(DrillReport before) {
        long age = clock.wallMillis() - before.last().at().toEpochMilli();
        return age < 0 || age >= plan.interval().toMillis();
    }

    /** What the records of earlier starts say. Before the first drill ever, the interval begins now. */
    private DrillReport remembered(Subject subject, String destination) {
        Evidence first = new Evidence(record(destination));
        first.json().put("decision", "none");
        DrillReport report = new DrillReport(subject.database(), destination, first, null);
        try {
            DrillReport known = null;
            for (Evidence evidence : Evidence.list(plan.evidence().resolve(subject.database()))) {
                if (evidence.json().path("destination").asText().equals(destination)) {
                    known = (known == null ? report : known).followedBy(evidence);
                }
            }
            return known == null ? report : known;
        } catch (IOException unreadable) {
            LOG.log(Level.WARNING, "earlier evidence cannot be read: {0}", unreadable.getMessage());
            return report;
        }
    }

    private ObjectNode record(String destination) {
        return JSON.createObjectNode()
                .put("drill", "restore")
                .put("at", Instant.ofEpochMilli(clock.wallMillis()).toString())
                .put("destination", destination);
    }

    /** Whatever goes wrong with one backup is found out about that one, and the next drill of it is an interval away. */
    private Evidence held(Subject subject, StoreUrl url, BackupTargets.Target target) throws InterruptedException {
        List<String> problems;
        try {
            return hold(subject, url, target);
        } catch (IOException failure) {
            problems = List.of(String.valueOf(failure.getMessage()));
        } catch (RuntimeException failure) {
            LOG.log(Level.WARNING, "the drill of " + url + " failed for a reason of its own", failure);
            problems = List.of(failure.toString());
        }
        return Evidence.decided(record(url.toString()).put("database", subject.database()), problems)
                .keptOrFailed(plan.evidence().resolve(subject.database()));
    }

    private Evidence hold(Subject subject, StoreUrl url, BackupTargets.Target target)
            throws IOException, InterruptedException {
        DrillSettings settings = new DrillSettings(
                plan.scratch(),
                plan.evidence().resolve(subject.database()),
                plan.targetRpo(),
                plan.targetRto(),
                plan.smokeTests(),
                plan.commands(),
                target.access().credentials(),
                DrillSettings.RESERVE_BYTES);
        try (ObjectStore store = target.access().open(url)) {
            DurableFiles.createDirectories(plan.scratch());
            BackupPlace place = BackupPlace.find(store, url.hasHexLevels(), OptionalLong.empty());
            requireOurs(subject, place.generation());
            return new RestoreDrill(place, settings, subject.live(), clock).run();
        }
    }

    private static void requireOurs(Subject subject, @Nullable Generation generation) throws IOException {
        if (generation == null || !generation.databaseId().equals(subject.id())) {
            throw new IOException("what is there is not the backup of database " + subject.id());
        }
    }

    private static void tell(Evidence evidence) {
        LOG.log(
                evidence.isPassed() ? Level.INFO : Level.WARNING,
                "drill of {0}: {1} {2}",
                evidence.json().path("destination").asText(),
                evidence.json().path("decision").asText(),
                evidence.json().path("failures"));
    }

    /** A drill under way goes on for a moment; then its thread is given up, with its scratch files. */
    @Override
    public void close() throws InterruptedException {
        stopping.countDown();
        thread.join(CLOSE_WITHIN.toMillis());
    }
}
