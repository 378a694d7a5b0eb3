package io.replsqlite.server.follow;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.FailurePoint;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.base.PositionGate;
import io.replsqlite.base.StateChecksum;
import io.replsqlite.base.Txid;
import io.replsqlite.server.apply.ForeignWrite;
import io.replsqlite.server.apply.ForeignWriteException;
import io.replsqlite.server.apply.ReplicaFile;
import io.replsqlite.server.checkpoint.CheckpointSchedule;
import io.replsqlite.server.files.DurableFiles;
import io.replsqlite.server.log.ChangeLog;
import io.replsqlite.server.ltx.PageChecksum;
import io.replsqlite.server.pages.PageChecksums;
import io.replsqlite.server.pages.PageSpool;
import io.replsqlite.server.rescue.KnownPages;
import io.replsqlite.server.rescue.Leftovers;
import io.replsqlite.server.rescue.Rescue;
import io.replsqlite.server.rescue.RowDecoding;
import io.replsqlite.server.rescue.TailDecoder;
import io.replsqlite.server.scan.PageScan;
import io.replsqlite.server.store.DivergedException;
import io.replsqlite.server.store.OpenDatabase;
import io.replsqlite.server.store.RecordApplier;
import io.replsqlite.server.stream.ResyncRequest;
import io.replsqlite.server.stream.SnapshotEnds;
import io.replsqlite.server.wal.WalIndexHeader;
import io.replsqlite.status.Health;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A follower's open database: log, replica file and checksums move together through it. Knows what of it is trusted, and
 * how to ask the primary for the rest. For the follower's thread.
 */
final class Replica implements Followed {
    private static final Logger LOG = System.getLogger(Replica.class.getName());

    /** In a resync request: send this page, whatever it is. No page has this checksum. */
    private static final long DISTRUSTED = PageChecksum.NONE;

    private static final byte[] MARKER =
            "pages of a resync may be in the replica file\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    private final String databaseName;
    private final OpenDatabase database;
    private final ReplicaFile file;
    private final PageSpool spool;
    private final RecordApplier applier;
    private final CheckpointSchedule checkpoint;
    private final FollowerListener listener;
    private final PositionGate applied;
    private final MonotonicClock clock;

    /** Up to where the log may be shown. */
    private Txid committedBound = RecordApplier.NO_LIMIT;

    /** The highest txid that any primary has said to be committed. */
    private Txid knownCommitted = Txid.ZERO;

    /** Why the stream cannot help; null if it can. */
    private @Nullable String resyncReason;

    /** What each page is known to be, for the resync; null if the checksums say it. */
    private long @Nullable [] actual;

    private boolean actualIsUnknown;

    /** Commits in the WAL that are not in the log, as they were found when the file was opened; null if there are none. */
    private @Nullable Leftovers leftovers;

    /** Whether nothing but the leftovers is between the checksums and what is in the file. */
    private boolean onlyLeftovers;

    /** The marker of a resync is there until a checkpoint of this txid is recorded; null if there is none. */
    private @Nullable Txid markedUntil;

    /** The epoch whose primary has continued this log: all of it is part of that primary's history. Null if unknown. */
    private @Nullable Epoch continuedBy;

    private Replica(
            String databaseName,
            OpenDatabase database,
            ReplicaFile file,
            FollowerSettings settings,
            FollowerListener listener,
            Executor background,
            MonotonicClock clock) {
        this.databaseName = databaseName;
        this.database = database;
        this.file = file;
        this.listener = listener;
        this.clock = clock;
        this.spool =
                new PageSpool(database.paths().spoolFile(), settings.store().applyMemoryBytes());
        this.applier = new RecordApplier(
                database.log(), database.checksums(), spool, settings.store().applyBatch());
        this.checkpoint = new CheckpointSchedule(
                new FollowerCheckpoint(
                        file, database.checkpoints(), database.paths().databaseFile()),
                background,
                settings.checkpointFrames(),
                settings.checkpointInterval(),
                clock);
        this.applied = new PositionGate(database.checksums().position().txid());
    }

    static Replica open(
            String databaseName,
            OpenDatabase database,
            FollowerSettings settings,
            FollowerListener listener,
            Executor background,
            MonotonicClock clock)
            throws IOException, SQLException {
        ReplicaFile file = ReplicaFile.open(database.files(), clock);
        Replica replica = new Replica(databaseName, database, file, settings, listener, background, clock);
        try {
            replica.judgeAtOpen();
        } catch (IOException | RuntimeException failure) {
            file.close();
            throw failure;
        }
        return replica;
    }

    private void judgeAtOpen() throws IOException {
        if (database.actual() != null) {
            actual = database.actual();
            resyncReason = "the replica file is not what the log says";
        } else if (database.hasTail() || isForeign()) {
            takeLeftovers();
            resyncReason = "commits that did not come from the primary are in the WAL";
        }
        if (Files.exists(database.paths().resyncMarker())) {
            markedUntil = database.checksums().position().txid(); // every page was read when the database was opened
        }
        if (resyncReason == null) { // before anybody may read it
            listener.applied(database.checksums().position());
        }
        reportHealth();
    }

    /** Where the WAL still tells which pages they changed, no other page is in doubt. */
    private void takeLeftovers() throws IOException {
        Leftovers found = Leftovers.after(database.files(), database.capturedUpTo());
        leftovers = found;
        if (found == null) {
            actualIsUnknown = true;
        } else {
            actual = found.distrustIn(
                    database.checksums().copy().entries(), database.log().durableHead());
            onlyLeftovers = true;
        }
    }

    /** A failure that is over must not stay on the status page. */
    @Override
    public void reportHealth() {
        boolean usable = resyncReason == null || isTrusted();
        listener.health(usable ? Health.OK : Health.QUARANTINED);
    }

    /** An empty WAL has no mark of its own; any frames behind the known place are foreign. */
    private boolean isForeign() {
        return file.mark().frame() != 0
                && (!file.mark().isSameGeneration(database.capturedUpTo())
                        || file.mark().frame() > database.capturedUpTo().frame());
    }

    @Override
    public ChangeLog log() {
        return database.log();
    }

    @Override
    public PositionGate applied() {
        return applied;
    }

    @Override
    public boolean mustResync() {
        return resyncReason != null;
    }

    @Override
    public void requestResync(String reason) {
        resyncReason = reason;
        continuedBy = null;
    }

    @Override
    public void logContinuedBy(Epoch epoch) {
        continuedBy = epoch;
    }

    /** The replica file must not be served until the right pages are over the foreign ones. */
    @Override
    public void quarantine(ForeignWrite foreign) {
        listener.health(Health.QUARANTINED);
        resyncReason = "a foreign process wrote to the replica file";
        onlyLeftovers = false;
        PageChecksums checksums = database.checksums();
        if (foreign instanceof ForeignWrite.Pages pages) {
            long[] entries = checksums.copy().entries();
            for (int page : pages.toRepair(checksums.pages())) {
                entries[page - 1] = DISTRUSTED;
            }
            actual = merged(actual, entries);
        } else {
            actualIsUnknown = true;
        }
    }

    /** A page distrusted once stays so until the resync. */
    private static long[] merged(long @Nullable [] before, long[] now) {
        if (before != null) {
            for (int i = 0; i < Math.min(before.length, now.length); i++) {
                now[i] = before[i] == DISTRUSTED ? DISTRUSTED : now[i];
            }
        }
        return now;
    }

    /** Whether commits may be shown before the primary says that they are committed. */
    @Override
    public void showOnlyCommitted(boolean only) {
        committedBound = only ? knownCommitted : RecordApplier.NO_LIMIT;
    }

    /** A primary has said that everything up to here is committed. */
    @Override
    public void committed(long txid) {
        if (txid > knownCommitted.value()) {
            knownCommitted = new Txid(txid);
            listener.committed(txid);
        }
        if (!committedBound.equals(RecordApplier.NO_LIMIT)) {
            committedBound = knownCommitted;
        }
    }

    /** Applies what is durable in the log and may be shown, batch by batch, and checkpoints when it is time. */
    @Override
    public void applyDurable() throws IOException, SQLException {
        applyUpTo(committedBound);
    }

    private void applyUpTo(Txid bound) throws IOException, SQLException {
        while (applier.applyNext(file, bound)) {
            Position position = database.checksums().position();
            applied.advance(position.txid().value());
            listener.applied(position);
            runCheckpoint();
        }
        runCheckpoint();
    }

    private void runCheckpoint() throws IOException, SQLException {
        checkpoint.runIfDue();
        unmarkOnceRecorded();
    }

    /**
     * Goes over to the primary's state: asks for the pages that differ, keeps what only this node has, and commits them as
     * one. Crash-safe by the marker: see {@code Recovery}.
     */
    @Override
    public void resync(ResyncClient client) throws IOException, SQLException {
        LOG.log(Level.INFO, "{0}: fetching the pages that differ: {1}", databaseName, resyncReason);
        boolean isFileKnown = onlyLeftovers || (isTrusted() && catchUp());
        Divergence divergence = Divergence.find(database, leftovers, client);
        long[] known = whatIsThere();
        boolean isRewind = isFileKnown && divergence.canRewind();
        SpooledPages received = new SpooledPages(databaseName, database, spool, isRewind);
        SnapshotEnds.End end = isRewind
                ? client.rewind(divergence.request(database), received)
                : client.fetch(new ResyncRequest(database.id(), known), received);
        spool.setDatabasePages(end.databasePages());
        long[] entries = entriesAfter(known, end);
        new Rescue(database.paths().stateDirectory(), Divergence.context(databaseName, database, client, end), clock)
                .keep(divergence.tail(), divergence.extent(), decoding(divergence, isFileKnown, received));
        DurableFiles.replace(database.paths().resyncMarker(), MARKER);
        FailurePoint.RESYNC_RECEIVED.reached();
        actualIsUnknown = true; // until all of adopt() is done: after a failure in between only reading can tell
        onlyLeftovers = false;
        database.checksums().willCommit();
        listener.mayShow(end.position().txid().value());
        commitOver(spool.sortedPages(), end.databasePages());
        FailurePoint.RESYNC_APPLIED.reached();
        adopt(end, entries, divergence.isExact());
    }

    /** Rows can be told while the file shows the tail and nothing else. */
    private RowDecoding decoding(Divergence divergence, boolean isFileKnown, SpooledPages received) {
        if (!isFileKnown) {
            return RowDecoding.none("the replica file was not, or not only, what the log says");
        }
        if (divergence.extent().isEmpty()) {
            return RowDecoding.none("there is nothing to tell");
        }
        Path scratch = database.paths().stateDirectory().resolve("rescue-pages");
        return (tail, rowsFile) -> new TailDecoder(
                        KnownPages.find(presentPages(), tail, divergence.extent(), received, scratch),
                        database.pageSize(),
                        clock)
                .run(tail, rowsFile);
    }

    private PageScan presentPages() throws IOException {
        WalIndexHeader header = database.files().walIndex().readHeader();
        if (header == null) {
            throw new IOException("the wal-index of " + database.paths().databaseFile() + " stays inconsistent");
        }
        return new PageScan(database.files(), header);
    }

    private long[] whatIsThere() throws IOException {
        long[] entries = actual;
        if (!actualIsUnknown) {
            return entries != null ? entries : database.checksums().copy().entries();
        }
        long[] found = presentPages().checksums((done, of) -> {});
        actual = found;
        actualIsUnknown = false;
        return found;
    }

    private long[] entriesAfter(long[] known, SnapshotEnds.End end) throws DivergedException {
        long[] entries = Arrays.copyOf(known, end.databasePages());
        PageChecksums.Changes changes = spool.changes();
        for (int i = 0; i < changes.count(); i++) {
            entries[changes.pageNumbers()[i] - 1] = changes.checksums()[i];
        }
        StateChecksum state = PageChecksums.stateOf(entries, entries.length);
        if (!state.equals(end.position().checksum())) {
            actualIsUnknown = true;
            onlyLeftovers = false;
            throw new DivergedException("The pages that arrived would give state " + state + ", not "
                    + end.position().checksum() + "; nothing was applied, every page is read before the next attempt");
        }
        return entries;
    }

    /** Even when no page differs the size may; a commit has at least one page, so page 1 is written again. */
    private void commitOver(int[] pages, int databasePages) throws IOException {
        if (pages.length > 0) {
            file.commit(applier.source(pages), databasePages);
        } else if (file.databaseSizePages() != databasePages) {
            throw new DivergedException("The primary has " + databasePages + " pages, this node "
                    + file.databaseSizePages() + ", and no page was sent");
        }
    }

    /** @param isTailKept whether everything that only this node's log has is rescued; else the log is set aside whole */
    private void adopt(SnapshotEnds.End end, long[] entries, boolean isTailKept) throws IOException, SQLException {
        boolean nothingToKeep = isTailKept || end.position().epoch().equals(continuedBy);
        database.log().reset(end.position(), end.history(), nothingToKeep ? null : "resync");
        database.checksums().reset(end.position(), entries);
        applier.restart();
        markedUntil = end.position().txid();
        checkpoint.finishNow();
        unmarkOnceRecorded();
        spool.release();
        resyncReason = null;
        actual = null;
        actualIsUnknown = false;
        leftovers = null;
        applied.reset(end.position().txid().value());
        listener.replaced(end.position());
        listener.health(Health.OK);
    }

    /** The marker is needed as long as the record speaks of a time before the resync. */
    private void unmarkOnceRecorded() throws IOException {
        Txid until = markedUntil;
        if (until != null && !until.isAfter(database.checkpoints().recorded().txid())) {
            DurableFiles.delete(database.paths().resyncMarker());
            markedUntil = null;
        }
    }

    /**
     * Lets the write lock go. What the log holds is applied first: the next role takes log and file for one. Where they are
     * not, the answer says so.
     *
     * @param checkpointed whether all of it shall be in the database file too, unless a reader forbids it
     */
    OpenDatabase settle(boolean checkpointed) throws IOException, SQLException {
        try (file;
                applier) {
            if (!isTrusted() || !catchUp()) {
                checkpoint.awaitCopy();
                return database.doubtfulAt(file.mark(), whatIsThere());
            }
            if (checkpointed || markedUntil != null) {
                checkpoint.finishNow();
                unmarkOnceRecorded();
            } else {
                checkpoint.awaitCopy();
            }
            return database.settledAt(file.mark());
        }
    }

    /** Lets the write lock go and leaves all else to recovery, which finds what was not applied or not recorded. */
    void abandon() throws IOException {
        try (file;
                applier) {
            checkpoint.awaitCopy();
        }
    }

    private boolean isTrusted() {
        return actual == null && !actualIsUnknown;
    }

    /** Whether the replica file now shows the log's head. */
    private boolean catchUp() throws IOException, SQLException {
        try {
            Position head = database.log().sync();
            listener.mayShow(head.txid().value());
            applyUpTo(RecordApplier.NO_LIMIT); // readers are told by the status page what of it is not committed
            return true;
        } catch (ForeignWriteException foreign) {
            quarantine(foreign.foreignWrite());
        } catch (DivergedException diverged) {
            actualIsUnknown = true;
        }
        return false;
    }
}
