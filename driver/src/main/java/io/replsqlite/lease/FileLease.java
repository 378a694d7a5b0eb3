package io.replsqlite.lease;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.NamedThreads;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * For the nodes of one host: whoever holds the operating system's lock on {@code lease.lock} in a shared directory is
 * the primary. The lock ends with the process, however it ends, so a crash hands the lease on at once.
 *
 * <p>{@code lease.properties} beside it names the holder and carries the epoch. The first node to get the lock wins; it
 * is not asked how much it has (that is the election of the ZooKeeper provider).
 */
public final class FileLease implements LeaseProvider {
    private static final Logger LOG = System.getLogger(FileLease.class.getName());
    private static final long POLL_MILLIS = 100;

    private final Path directory;
    private final LeaseFile file;
    private final ScheduledExecutorService poller =
            Executors.newSingleThreadScheduledExecutor(NamedThreads.of("lease-file"));

    // All below: confined to the poller thread after start().
    private @Nullable LeaseLock lock;
    private boolean held;
    private @Nullable LeaseHolder announced;
    private @Nullable String reportedFailure;

    public FileLease(Path directory) {
        this.directory = directory;
        this.file = new LeaseFile(directory.resolve("lease.properties"));
    }

    @Override
    public void start(Candidate self, LeaseListener listener) throws LeaseException {
        try {
            Files.createDirectories(directory);
            lock = LeaseLock.open(directory.resolve("lease.lock"));
        } catch (IOException failure) {
            throw new LeaseException(
                    "Cannot open the lease directory " + directory + ": " + failure
                            + ". Every node of the host must be able to write there.",
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
        if (held || open == null) {
            return;
        }
        if (!open.tryLock()) {
            announceHolder(self, listener);
            return;
        }
        try {
            Epoch epoch = nextEpoch(self);
            file.write(new LeaseHolder(self.nodeName(), self.url(), epoch));
            held = true;
            listener.granted(new Lease(epoch, LeaseDeadline.UNTIL_LOST));
        } finally {
            if (!held) {
                open.unlock(); // whoever cannot begin a tenure must not keep others from it
            }
        }
    }

    private Epoch nextEpoch(Candidate self) throws IOException {
        Epoch written = file.read().map(LeaseHolder::epoch).orElse(Epoch.NONE);
        Epoch promised = self.highestEpoch().get();
        return (written.isAfter(promised) ? written : promised).next();
    }

    /** What is written may be this node's own last tenure: the new holder has the lock and has not written yet. */
    private void announceHolder(Candidate self, LeaseListener listener) throws IOException {
        Optional<LeaseHolder> holder =
                file.read().filter(written -> !written.nodeName().equals(self.nodeName()));
        if (holder.isPresent() && !holder.get().equals(announced)) {
            announced = holder.get();
            listener.heldBy(holder.get());
        }
    }

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
            }
            LeaseLock open = lock;
            if (ended && open != null) {
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
