package io.replsqlite.server.backup.upload;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.PositionGate;
import io.replsqlite.base.Txid;
import io.replsqlite.server.backup.compact.BackupKeeper;
import io.replsqlite.server.backup.storage.BackupTargets;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The backups of one database during one tenure: an uploader and a keeper for each target. {@link #retarget} and {@link #close} come
 * never at once; the rest is for any thread.
 */
public final class Backups implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Backups.class.getName());

    private final BackupSource source;
    private final BackupSettings settings;
    private final MonotonicClock clock;

    /** Replaced as a whole. */
    private volatile List<Running> running = List.of();

    /** Stopped before their tenure's end. On the thread that retargets. */
    private final List<Running> retired = new ArrayList<>();

    private boolean warned;

    /** Counts up once it is known where this tenure's backups go to. */
    private final PositionGate known = new PositionGate(Txid.ZERO);

    private record Running(BackupTargets.Target target, BackupUploader uploader, BackupKeeper keeper) {
        void requestStop() {
            uploader.requestStop();
            keeper.requestStop();
        }
    }

    public Backups(BackupSource source, BackupSettings settings, MonotonicClock clock) {
        this.source = source;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * Begins what is to run, and ends what is not any more; called at the start and then at intervals, by one thread. Whatever
     * is wrong with a target keeps nobody from writing.
     */
    public void retarget() {
        List<BackupTargets.Target> wanted;
        try {
            wanted = settings.targets().current();
            warned = false;
        } catch (IOException unreadable) {
            LOG.log(warned ? Level.DEBUG : Level.WARNING, "backups go on as before: {0}", unreadable.getMessage());
            warned = true;
            if (isKnown() || settings.targets().lastKnown().isEmpty()) {
                return;
            }
            wanted = settings.targets().lastKnown().get();
        }
        List<Running> before = running;
        if (!before.stream().map(Running::target).toList().equals(wanted)) {
            change(before, wanted);
        }
        known.advance(1);
    }

    private boolean isKnown() {
        return known.currentValue() > 0;
    }

    private void change(List<Running> before, List<BackupTargets.Target> wanted) {
        List<Running> after = new ArrayList<>();
        for (BackupTargets.Target target : wanted) {
            after.add(before.stream()
                    .filter(one -> one.target().equals(target))
                    .findFirst()
                    .orElseGet(() -> begin(target)));
        }
        for (Running one : before) {
            if (!after.contains(one)) {
                one.requestStop();
                retired.add(one);
            }
        }
        running = List.copyOf(after);
    }

    private Running begin(BackupTargets.Target target) {
        BackupSettings.Destination destination = BackupSettings.destination(target, source.database());
        BackupUploader uploader = new BackupUploader(source, destination, settings.interval(), clock);
        BackupKeeper keeper = new BackupKeeper(
                source.database(),
                destination.opener()::open,
                destination.hexLevels(),
                settings.keeping(),
                () -> isUploading(uploader) ? uploader.uploadedGate().currentValue() : 0,
                clock);
        uploader.start();
        keeper.start();
        return new Running(target, uploader, keeper);
    }

    private boolean isUploading(BackupUploader uploader) {
        return uploader.status().state() == BackupStatus.State.STREAMING
                && source.holdsLease().getAsBoolean();
    }

    public List<BackupStatus> status() {
        return running.stream()
                .map(one -> one.uploader().status().with(one.keeper().holdings()))
                .toList();
    }

    /** The least txid that every target has: the log keeps what comes after it if it can. */
    public OptionalLong slowest() {
        return running.stream()
                .mapToLong(one -> one.uploader().uploadedGate().currentValue())
                .min();
    }

    /** Why writes have to wait for a target that is too far behind; null if they need not. */
    public @Nullable String whyHeld() {
        if (settings.lagLimit().isNone()) {
            return null;
        }
        if (!isKnown()) {
            return "it is not known where backups go to, as backup-targets-file cannot be read, and backup-lag-limit "
                    + settings.lagLimit() + " allows no more";
        }
        for (Running one : running) {
            String why = one.uploader().progress().beyond(settings.lagLimit());
            if (why != null) {
                return why;
            }
        }
        return null;
    }

    /** Waits until a target that is too far behind has got on. */
    public void awaitProgress(Deadline deadline) throws InterruptedException {
        if (!isKnown()) {
            boolean ignored = known.await(1, deadline);
            return;
        }
        for (Running one : running) {
            if (one.uploader().progress().beyond(settings.lagLimit()) != null) {
                long uploaded = one.uploader().uploadedGate().currentValue();
                boolean ignored = one.uploader().uploadedGate().await(uploaded + 1, deadline);
                return;
            }
        }
    }

    /** They end after the call under way; {@link #close} waits for that. */
    public void requestStop() {
        running.forEach(Running::requestStop);
    }

    @Override
    public void close() throws InterruptedException {
        requestStop();
        List<Running> all = new ArrayList<>(running);
        all.addAll(retired);
        for (Running one : all) {
            one.keeper().close();
            one.uploader().close();
        }
    }
}
