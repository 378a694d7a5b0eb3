package io.replsqlite.lease;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.NamedThreads;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * For the nodes of one host: whoever holds the operating system's lock on {@code lease.lock} in a shared directory is
 * the primary. The lock ends with the process, however it ends, so a crash hands the lease on at once.
 *
 * <p>{@code lease.properties} beside it names the holder and carries the epoch; {@code members/} names the nodes. The
 * first node to get the lock wins; whether it may lead is settled among the nodes, by how much each has.
 */
public final class FileLease implements LeaseProvider {
    private static final Logger LOG = System.getLogger(FileLease.class.getName());
    private static final long POLL_MILLIS = 20;

    /** For so long the others stand back for a successor that was named. */
    private static final Duration SUCCESSION = Duration.ofSeconds(3);

    /** Enough for every other node to try the lock first. */
    private static final Duration BACK_OF_THE_QUEUE = Duration.ofMillis(10 * POLL_MILLIS);

    private static final Duration LONGEST_STEP = Duration.ofSeconds(5);

    private final Path directory;
    private final LeaseFile file;
    private final MemberFiles memberFiles;
    private final MonotonicClock clock = MonotonicClock.SYSTEM;
    private final ScheduledExecutorService poller =
            Executors.newSingleThreadScheduledExecutor(NamedThreads.of("lease-file"));
    private volatile List<Member> members = List.of();

    /** Of the tenure that was granted last; nobody can take it away, but it can be given up. */
    private volatile @Nullable AtomicLong endOfTenure;

    // All below: confined to the poller thread after start().
    private @Nullable LeaseLock lock;
    private @Nullable LeaseHolder tenure;
    private @Nullable LeaseHolder announced;
    private @Nullable String reportedFailure;
    private LeaseFile.@Nullable Content succession;
    private Deadline standBackUntil;
    private Deadline pauseUntil;

    public FileLease(Path directory) {
        this.directory = directory;
        this.file = new LeaseFile(directory.resolve("lease.properties"));
        this.memberFiles = new MemberFiles(directory);
        this.standBackUntil = Deadline.after(Duration.ZERO, clock);
        this.pauseUntil = standBackUntil;
    }

    @Override
    public void start(Candidate self, LeaseListener listener) throws LeaseException {
        try {
            Files.createDirectories(directory);
            memberFiles.enter(self.asMember());
            lock = LeaseLock.open(directory.resolve("lease.lock"));
        } catch (IOException failure) {
            throw new LeaseException(
                    "Cannot take part in the lease in " + directory + ": " + failure.getMessage()
                            + ". Every node of the host must be able to write there, under a name of its own.",
                    failure);
        }
        var ignored =
                poller.scheduleWithFixedDelay(() -> pollSafely(self, listener), 0, POLL_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void pollSafely(Candidate self, LeaseListener listener) {
        try {
            poll(self, listener);
            reportedFailure = null;
        } catch (IOException | RuntimeException failure) {
            // The next poll tries again; one message per kind of failure is enough.
            String message = String.valueOf(failure);
            if (!message.equals(reportedFailure)) {
                reportedFailure = message;
                LOG.log(Level.WARNING, "the file lease in " + directory + " cannot be read", failure);
            }
        }
    }

    private void poll(Candidate self, LeaseListener listener) throws IOException {
        LeaseLock open = lock;
        if (tenure != null || open == null) {
            return;
        }
        LeaseFile.Content content = file.read().orElse(null);
        if (!mayTry(content, self) || !open.tryLock()) {
            announceHolder(content, self, listener);
            return;
        }
        try {
            if (!mayTry(file.read().orElse(null), self)) { // said just before the lock was let go
                return;
            }
            Epoch epoch = nextEpoch(self);
            LeaseHolder won = new LeaseHolder(self.nodeName(), self.url(), epoch);
            file.write(won, null);
            tenure = won;
            announced = null;
            AtomicLong end = new AtomicLong(LeaseDeadline.UNTIL_LOST.atNanos());
            endOfTenure = end;
            listener.granted(new Lease(epoch, end::get));
        } finally {
            if (tenure == null) {
                open.unlock(); // whoever cannot begin a tenure must not keep others from it
            }
        }
    }

    /** A node that was named as successor need not wait; the others do, until it has had its time. */
    private boolean mayTry(LeaseFile.@Nullable Content content, Candidate self) {
        String successor = content == null ? null : content.successor();
        if (successor == null || successor.equals(LeaseFile.ANYBODY)) {
            succession = null;
            return self.stands() && pauseUntil.hasPassed();
        }
        if (successor.equals(self.nodeName())) {
            return self.stands();
        }
        if (!Objects.equals(content, succession)) {
            succession = content;
            standBackUntil = Deadline.after(SUCCESSION, clock);
        }
        return self.stands() && pauseUntil.hasPassed() && standBackUntil.hasPassed();
    }

    private Epoch nextEpoch(Candidate self) throws IOException {
        Epoch written = file.read().map(content -> content.holder().epoch()).orElse(Epoch.NONE);
        Epoch promised = self.highestEpoch().get();
        return (written.isAfter(promised) ? written : promised).next();
    }

    /** What is written may be this node's own last tenure: the new holder has the lock and has not written yet. */
    private void announceHolder(LeaseFile.@Nullable Content content, Candidate self, LeaseListener listener) {
        Optional<LeaseHolder> holder = Optional.ofNullable(content)
                .filter(written -> written.successor() == null)
                .map(LeaseFile.Content::holder)
                .filter(written -> !written.nodeName().equals(self.nodeName()));
        if (holder.isPresent() && !holder.get().equals(announced)) {
            announced = holder.get();
            listener.heldBy(holder.get());
        }
    }

    @Override
    public List<Member> members() {
        try {
            members = memberFiles.all();
        } catch (IOException unreadable) {
            LOG.log(Level.WARNING, "the members of the lease in " + directory + " cannot be read", unreadable);
        }
        return members;
    }

    @Override
    public void resign(@Nullable String successor, Duration pause) {
        Future<?> done = poller.submit(() -> {
            give(successor, pause);
            return null;
        });
        try {
            done.get(LONGEST_STEP.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException failure) {
            LOG.log(Level.WARNING, "the lease in " + directory + " was given up without a word", failure);
        }
    }

    private void give(@Nullable String successor, Duration pause) throws IOException {
        LeaseHolder given = tenure;
        LeaseLock open = lock;
        if (given == null || open == null) {
            return;
        }
        endTenure();
        tenure = null;
        pauseUntil = Deadline.after(pause.compareTo(BACK_OF_THE_QUEUE) > 0 ? pause : BACK_OF_THE_QUEUE, clock);
        try {
            file.write(given, successor == null ? LeaseFile.ANYBODY : successor);
        } finally {
            open.unlock();
        }
    }

    /** Before the lock is let go: from now on nobody may rely on it. */
    private void endTenure() {
        AtomicLong end = endOfTenure;
        if (end != null) {
            end.set(clock.nanoTime());
        }
    }

    /** The operating system's lock cannot pass to another unnoticed. */
    @Override
    public void confirm() {}

    @Override
    public String describe() {
        return "file: " + directory + ", for the nodes of one host";
    }

    @Override
    public void close() {
        poller.shutdownNow();
        try {
            boolean ended = poller.awaitTermination(5, TimeUnit.SECONDS);
            if (!ended) {
                LOG.log(
                        Level.WARNING,
                        "the file lease in " + directory + " is still busy; its lock ends with the process");
                return;
            }
            memberFiles.close();
            endTenure();
            LeaseLock open = lock;
            if (open != null) {
                open.close();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (IOException failure) {
            LOG.log(
                    Level.WARNING,
                    "the lock on " + directory + " ends with the process: it could not be closed",
                    failure);
        }
    }
}
