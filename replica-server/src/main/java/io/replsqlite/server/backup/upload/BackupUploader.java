package io.replsqlite.server.backup.upload;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.FailurePoint;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.NamedThreads;
import io.replsqlite.base.Position;
import io.replsqlite.base.PositionGate;
import io.replsqlite.base.Txid;
import io.replsqlite.server.backup.layout.BackupKeys;
import io.replsqlite.server.backup.layout.Round;
import io.replsqlite.server.backup.layout.RoundCodec;
import io.replsqlite.server.backup.layout.RoundCommit;
import io.replsqlite.server.backup.storage.ObjectStore;
import io.replsqlite.server.backup.storage.PersistentStore;
import io.replsqlite.server.backup.upload.BackupStatus.State;
import io.replsqlite.server.backup.upload.BaseSource.OpenBase;
import io.replsqlite.server.log.CursorSearch;
import io.replsqlite.server.log.LogCorruptedException;
import io.replsqlite.server.ltx.LtxSink;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Uploads one database to one destination while this node is its primary. */
public final class BackupUploader implements AutoCloseable {
    private static final Logger LOG = System.getLogger(BackupUploader.class.getName());
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);
    /** A snapshot keeps the WAL from starting over, so it does not wait for long. */
    private static final Duration COMMITTED_WITHIN = Duration.ofSeconds(5);
    /** What is under way at the end of a tenure may come to an end. */
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(2);

    private final BackupSource source;
    private final BackupSettings.Destination destination;
    private final Duration interval;
    private final MonotonicClock clock;
    private final BackupProgress progress;
    private final Thread thread;
    private final CountDownLatch stopping = new CountDownLatch(1);

    private @Nullable ObjectStore opened;

    /** Null when it is not known where the backup stands. */
    private @Nullable ChainEnd chain;

    private @Nullable Draft draft;
    private Duration pause = FIRST_PAUSE;

    BackupUploader(
            BackupSource source, BackupSettings.Destination destination, Duration interval, MonotonicClock clock) {
        this.source = source;
        this.destination = destination;
        this.interval = interval;
        this.clock = clock;
        this.progress = new BackupProgress(destination.name(), source.committed(), clock);
        this.thread = NamedThreads.single("backup-" + source.database(), this::run);
    }

    public void start() {
        thread.start();
    }

    public BackupStatus status() {
        return progress.status();
    }

    BackupProgress progress() {
        return progress;
    }

    /** Follows what is uploaded. */
    public PositionGate uploadedGate() {
        return progress.uploadedGate();
    }

    private void run() {
        try {
            while (!isStopping()) {
                pass();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            forgetChain();
            progress.state(State.STOPPED);
            closeStore();
        }
    }

    private void closeStore() {
        ObjectStore store = opened;
        if (store != null) {
            store.close();
        }
    }

    private ObjectStore store() throws IOException {
        ObjectStore store = opened;
        if (store == null) {
            store = new PersistentStore(destination.opener().open());
            opened = store;
            if (!store.excludesOtherWriters()) {
                LOG.log(
                        Level.WARNING,
                        "{0}: {1} cannot refuse a second put: only the lease keeps two primaries apart there",
                        source.database(),
                        destination.name());
            }
        }
        return store;
    }

    private boolean isStopping() {
        return stopping.getCount() == 0;
    }

    private void pass() throws InterruptedException {
        try {
            step();
            pause = FIRST_PAUSE;
        } catch (SlotTakenException taken) {
            forgetChain();
        } catch (LogGapException gap) {
            LOG.log(Level.WARNING, "{0}: {1}; a snapshot follows", source.database(), gap.getMessage());
            becomeGap(gap);
        } catch (UploadRefusedException refused) {
            forgetChain();
            report(refused.state(), refused);
            rest(LONGEST_PAUSE);
        } catch (IOException | RuntimeException failure) {
            afterFailure(failure);
        }
    }

    private void afterFailure(Exception failure) throws InterruptedException {
        if (draft == null || failure instanceof LogCorruptedException || failure instanceof RuntimeException) {
            forgetChain();
        }
        IOException cause = failure instanceof IOException io ? io : new IOException(failure);
        report(State.RETRYING, cause);
        measureLag();
        rest(pause);
        pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
    }

    private void report(State state, IOException failure) {
        BackupStatus before = progress.status();
        progress.failed(state, failure);
        boolean news = before.problem() == null || before.state() != state;
        LOG.log(news ? Level.WARNING : Level.DEBUG, "{0}: backup: {1}", source.database(), failure.getMessage());
    }

    /** The log is read by nobody else, so that it cannot tell when it is asked. */
    private void measureLag() {
        if (chain instanceof ChainEnd.Known known) {
            try {
                progress.behind(known.reader().bytesBehindAtMost());
            } catch (IOException unknown) {
                LOG.log(Level.DEBUG, "the size of what is not uploaded is not known", unknown);
            }
        }
    }

    private void rest(Duration atMost) throws InterruptedException {
        boolean ignored = stopping.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void step() throws IOException, InterruptedException, LogGapException, SlotTakenException {
        ChainEnd end = chain;
        if (end == null) {
            progress.state(State.OPENING);
            end = new ChainOpening(source, store(), destination.hexLevels(), clock.wallMillis()).open();
            chain = end;
            noteFound(end);
        }
        if (end instanceof ChainEnd.Gap gap) {
            progress.state(State.BASE);
            chain = uploadBase(gap);
        } else if (end instanceof ChainEnd.Known known) {
            uploadNext(known);
        }
    }

    private void noteFound(ChainEnd end) {
        if (end instanceof ChainEnd.Known known) {
            progress.found(known.generation(), known.end());
        } else if (end instanceof ChainEnd.Gap gap) {
            LOG.log(Level.INFO, "{0}: backup begins with a snapshot: {1}", source.database(), gap.why());
            progress.found(gap.generation(), Position.START);
        }
    }

    /** Uploads what has come since the last round, and waits for the time of the next one. */
    private void uploadNext(ChainEnd.Known known)
            throws IOException, InterruptedException, LogGapException, SlotTakenException {
        long began = clock.nanoTime();
        long head = source.committed().currentValue();
        Draft next = draft == null ? known.reader().next() : draft;
        if (next == null) {
            progress.level(began);
            boolean ignored = source.committed().await(head + 1, Deadline.after(interval, clock));
            return;
        }
        draft = next;
        uploadDraft(known.keys(), next);
        draft = null;
        Position end = next.round().end();
        progress.uploaded(end, next.round().last().timestampMillis());
        measureLag();
        if (end.txid().value() >= head) {
            progress.level(began);
            rest(interval.minusNanos(clock.nanoTime() - began));
        }
    }

    private void uploadDraft(BackupKeys keys, Draft next) throws IOException, SlotTakenException {
        if (!next.isClaimed()) {
            claim(keys, next.round());
            next.claimed();
            pause = FIRST_PAUSE; // the store answers
        }
        FailurePoint.BACKUP_CLAIMED.reached();
        progress.stored(next.putFile(store(), keys.file(0, next.round().file())));
        FailurePoint.BACKUP_UPLOADED.reached();
    }

    private void claim(BackupKeys keys, Round round) throws IOException, SlotTakenException {
        if (!source.holdsLease().getAsBoolean()) {
            throw new IOException("this node does not hold the lease now; nothing is uploaded");
        }
        String key = keys.round(round.first());
        byte[] bytes = RoundCodec.encode(round);
        if (store().putIfAbsent(key, bytes, round.last().timestampMillis())) {
            progress.stored(bytes.length);
            return;
        }
        Round present = RoundCodec.decode(key, store().readAll(key));
        if (!present.isSameHistory(round) || present.kind() != round.kind()) {
            throw new SlotTakenException();
        }
    }

    private ChainEnd uploadBase(ChainEnd.Gap gap) throws IOException, InterruptedException, SlotTakenException {
        try (OpenBase base = source.base().open()) {
            awaitCommitted(base.position().txid());
            Round round = baseRound(gap, base);
            if (base.position().txid().compareTo(gap.firstFree()) >= 0) {
                claim(gap.keys(), round); // else the claim is there, its file is not
            }
            FailurePoint.BACKUP_CLAIMED.reached();
            String key = gap.keys().file(BackupKeys.SNAPSHOT_LEVEL, round.file());
            progress.stored(store().putStream(key, base.timestampMillis(), out -> base.writeTo(unlessStopping(out))));
            boolean ignored = store().putIfAbsent(
                            gap.keys().point(base.position().txid()),
                            RoundCodec.encodePoint(round.last()),
                            base.timestampMillis());
            FailurePoint.BACKUP_UPLOADED.reached();
            progress.found(gap.generation(), base.position());
            progress.uploaded(base.position(), base.timestampMillis());
            if (source.log().after(base.position()) instanceof CursorSearch.Found found) {
                RoundReader reader = new RoundReader(source, found.cursor(), base.position());
                return new ChainEnd.Known(gap.generation(), gap.keys(), reader, base.position());
            }
            throw new IOException("the log does not know the position " + base.position() + " of its own snapshot");
        } catch (IOException | RuntimeException failure) {
            chain = null; // the state of a second attempt is another one
            throw failure;
        }
    }

    /** What the database shows may not be on a majority of the voters yet, and never get there. */
    private void awaitCommitted(Txid txid) throws IOException, InterruptedException {
        boolean committed = source.committed().await(txid.value(), Deadline.after(COMMITTED_WITHIN, clock));
        if (!committed || isStopping()) {
            throw new IOException(
                    "txid " + txid + ", of which the snapshot is, is not on a majority of the voters yet");
        }
    }

    /** A snapshot takes long; the end of the tenure does not wait for it. */
    private LtxSink unlessStopping(OutputStream out) {
        return (bytes, offset, length) -> {
            if (isStopping()) {
                throw new IOException("the tenure ended before its snapshot was uploaded");
            }
            out.write(bytes, offset, length);
        };
    }

    private Round baseRound(ChainEnd.Gap gap, OpenBase base) {
        RoundCommit state = new RoundCommit(base.position(), base.timestampMillis(), null);
        Txid first = gap.firstFree().isAfter(base.position().txid())
                ? base.position().txid()
                : gap.firstFree();
        return new Round(Round.Kind.BASE, source.databaseId(), source.epoch(), first, List.of(state));
    }

    private void becomeGap(LogGapException why) {
        ChainEnd end = chain;
        Position uploaded = progress.status().uploaded();
        forgetChain();
        if (end != null) {
            chain = new ChainEnd.Gap(
                    end.generation(), end.keys(), uploaded.txid().next(), String.valueOf(why.getMessage()));
        }
    }

    private void forgetChain() {
        ChainEnd end = chain;
        chain = null;
        draft = null;
        if (end instanceof ChainEnd.Known known) {
            try {
                known.reader().close();
            } catch (IOException failure) {
                LOG.log(Level.WARNING, source.database() + ": closing the log failed", failure);
            }
        }
    }

    /** The round's txids belong to another upload. */
    private static final class SlotTakenException extends Exception {
        private static final long serialVersionUID = 1L;
    }

    void requestStop() {
        stopping.countDown();
        source.committed().wakeAll();
    }

    /** Waits for the upload under way, but not for a store that does not answer. */
    @Override
    public void close() throws InterruptedException {
        requestStop();
        thread.join(CLOSE_WITHIN.toMillis());
    }
}
