package io.replsqlite.harness.simulation.node;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.base.PositionGate;
import io.replsqlite.base.Txid;
import io.replsqlite.server.apply.ForeignWrite;
import io.replsqlite.server.files.DurableFiles;
import io.replsqlite.server.follow.CommonPlace;
import io.replsqlite.server.follow.Followed;
import io.replsqlite.server.follow.LocalCopy;
import io.replsqlite.server.follow.ReceivedPages;
import io.replsqlite.server.follow.ResyncClient;
import io.replsqlite.server.log.ChangeLog;
import io.replsqlite.server.log.CursorSearch;
import io.replsqlite.server.log.LogCorruptedException;
import io.replsqlite.server.log.LogCursor;
import io.replsqlite.server.log.LogRepair;
import io.replsqlite.server.log.LogSettings;
import io.replsqlite.server.store.DatabasePaths;
import io.replsqlite.server.store.DivergedException;
import io.replsqlite.server.store.LostLog;
import io.replsqlite.server.stream.CommonRequest;
import io.replsqlite.server.stream.ResyncRequest;
import io.replsqlite.server.stream.SnapshotEnds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A node's copy: the product's log, and pages that follow it. The pages are saved now and then; a restart goes on from there
 * by the log.
 */
final class SimulatedDatabase implements LocalCopy, Followed {
    static final String NAME = "app";
    static final UUID ID = new UUID(7, 7);
    private static final LogSettings SETTINGS = new LogSettings(6_000, 1_024);
    private static final int SAVE_EVERY_TXIDS = 5;
    private static final Txid NO_LIMIT = new Txid(Long.MAX_VALUE);

    private final Path directory;
    private final Path file;
    private final Path nextFile;
    private final LostLog lostLog;
    private final MonotonicClock clock;
    private final Consumer<Position> shown;
    private final boolean showsAll;
    private final PositionGate applied = new PositionGate(Txid.ZERO);
    private @Nullable ChangeLog log;
    private @Nullable PageStore pages;
    private Txid savedAt = Txid.ZERO;
    private Txid bound = Txid.ZERO;
    private Txid knownCommitted = Txid.ZERO;
    private @Nullable String resyncReason;

    /** @param shown hears how far readers may see */
    SimulatedDatabase(Path directory, MonotonicClock clock, Consumer<Position> shown, boolean showsAll) {
        this.directory = directory;
        this.file = directory.resolve("pages");
        this.nextFile = directory.resolve("pages-next");
        this.lostLog = new LostLog(DatabasePaths.of(directory, NAME));
        this.clock = clock;
        this.shown = shown;
        this.showsAll = showsAll;
    }

    // ---- opening
    // -----------------------------------------------------------------------------------------------------

    @Override
    public LostLog lostLog() {
        return lostLog;
    }

    @Override
    public boolean isFounded() {
        return Files.exists(file);
    }

    @Override
    public Followed open(ResyncClient client, BooleanSupplier mustEnd) throws IOException {
        if (!isFounded()) {
            receiveFirst(client);
        }
        openFounded();
        return this;
    }

    /** A database without content, begun by the first primary. */
    void found() throws IOException {
        begin(PageStore.founded(), null);
        openFounded();
    }

    private void begin(PageStore first, SnapshotEnds.@Nullable End end) throws IOException {
        DurableFiles.createDirectories(directory);
        DurableFiles.deleteTree(directory.resolve("log"));
        try (ChangeLog fresh = openLog(first.position())) {
            if (end != null) {
                fresh.reset(end.position(), end.history(), null);
            }
        }
        first.save(file);
    }

    private ChangeLog openLog(Position base) throws IOException {
        return ChangeLog.open(directory.resolve("log"), ID, base, SETTINGS, clock);
    }

    private void receiveFirst(ResyncClient client) throws IOException {
        PageStore fresh = PageStore.founded();
        SnapshotEnds.End end = receive(client, new ResyncRequest(ID, new long[0]), fresh);
        begin(fresh, end);
    }

    void openFounded() throws IOException {
        ChangeLog open = log;
        if (open != null && !open.isFailed() && pages != null) {
            return;
        }
        close();
        PageStore saved = PageStore.load(file);
        open = openOrSetAside(saved.position());
        if (Files.exists(nextFile)) {
            saved = finishResync(saved, open);
        }
        resyncReason = isContinued(open, saved.position()) ? null : "the log does not continue the pages";
        savedAt = saved.position().txid();
        pages = saved;
        log = open;
    }

    private ChangeLog openOrSetAside(Position base) throws IOException {
        try {
            return openLog(base);
        } catch (LogCorruptedException damaged) {
            DurableFiles.createDirectories(DatabasePaths.of(directory, NAME).stateDirectory());
            lostLog.note(String.valueOf(damaged.getMessage()));
            Path ignored = LogRepair.setAside(directory.resolve("log"), "corrupted", clock);
            return openLog(base);
        }
    }

    /** A crash came after the new pages were there: before the log was reset, or after. */
    private PageStore finishResync(PageStore saved, ChangeLog open) throws IOException {
        PageStore next = PageStore.load(nextFile);
        if (!open.base().equals(next.position())) {
            DurableFiles.delete(nextFile);
            return saved;
        }
        Files.move(nextFile, file, StandardCopyOption.ATOMIC_MOVE);
        DurableFiles.syncDirectory(directory);
        return next;
    }

    private static boolean isContinued(ChangeLog log, Position position) throws IOException {
        if (log.after(position) instanceof CursorSearch.Found found) {
            found.cursor().close();
            return true;
        }
        return false;
    }

    void close() throws IOException {
        ChangeLog open = log;
        log = null;
        pages = null;
        if (open != null) {
            open.close();
        }
    }

    /** Between two roles: pages that were not committed are forgotten, the log is what counts. */
    void settle() throws IOException {
        if (isFounded()) {
            ChangeLog open = log;
            if (open != null && !open.isFailed()) {
                Position ignored = open.sync();
            }
            close();
            openFounded();
        }
    }

    // ---- what the follower asks
    // --------------------------------------------------------------------------------------

    @Override
    public @Nullable ChangeLog logIfOpen() {
        return log;
    }

    @Override
    public @Nullable Followed current() {
        return log == null ? null : this;
    }

    @Override
    public ChangeLog log() {
        ChangeLog open = log;
        if (open == null) {
            throw new IllegalStateException("the database is not open");
        }
        return open;
    }

    private PageStore pages() {
        PageStore open = pages;
        if (open == null) {
            throw new IllegalStateException("the database is not open");
        }
        return open;
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
    }

    @Override
    public void quarantine(ForeignWrite foreign) {
        throw new IllegalStateException("nobody else writes here");
    }

    @Override
    public void logContinuedBy(Epoch epoch) {
        // Only decides whether a tail is kept, which the simulation does not look at.
    }

    @Override
    public void showOnlyCommitted(boolean only) {
        bound = only && !showsAll ? knownCommitted : NO_LIMIT;
    }

    @Override
    public void committed(long txid) {
        if (txid > knownCommitted.value()) {
            knownCommitted = new Txid(txid);
        }
        if (!bound.equals(NO_LIMIT)) {
            bound = knownCommitted;
        }
    }

    @Override
    public void reportHealth() {
        // Nobody reads here.
    }

    @Override
    public void applyDurable() throws IOException {
        Position before = pages().position();
        applyUpTo(bound);
        Position now = pages().position();
        if (!now.equals(before)) {
            applied.advance(now.txid().value());
            shown.accept(now);
        }
        if (now.txid().value() >= savedAt.value() + SAVE_EVERY_TXIDS) {
            pages().save(file);
            savedAt = now.txid();
        }
    }

    private void applyUpTo(Txid limit) throws IOException {
        PageStore store = pages();
        if (store.position().equals(log().durableHead())) {
            return;
        }
        if (!(log().after(store.position()) instanceof CursorSearch.Found found)) {
            throw new DivergedException("the log does not continue " + store.position());
        }
        try (LogCursor cursor = found.cursor()) {
            while (cursor.advanceUpTo(limit) == LogCursor.Advance.RECORD) {
                store.apply(cursor.record());
            }
        }
    }

    // ---- what the primary asks
    // ---------------------------------------------------------------------------------------

    /** Everything in the log, committed or not; nobody is shown it before it is. */
    PageStore bringToHead() throws IOException {
        if (mustResync()) {
            throw new IOException("this copy cannot be led: " + resyncReason);
        }
        Position ignored = log().sync();
        applyUpTo(NO_LIMIT);
        return pages();
    }

    /** The pages at the log's durable head, for a node that lacks them. */
    PageStore copyAtHead() throws IOException {
        PageStore copy = PageStore.load(file);
        if (!(log().after(copy.position()) instanceof CursorSearch.Found found)) {
            throw new IOException("the log does not continue " + copy.position());
        }
        try (LogCursor cursor = found.cursor()) {
            while (cursor.advance() == LogCursor.Advance.RECORD) {
                copy.apply(cursor.record());
            }
        }
        return copy;
    }

    // ---- going over to another node's state
    // --------------------------------------------------------------------------

    @Override
    public void resync(ResyncClient client) throws IOException {
        ChangeLog open = log();
        boolean isTailKnown = CommonPlace.in(
                        open, client.common(new CommonRequest(ID, open.durableHead(), open.epochHistory())))
                .isPresent();
        PageStore next = PageStore.load(file);
        SnapshotEnds.End end = receive(client, new ResyncRequest(ID, next.checksums()), next);
        next.save(nextFile);
        open.reset(end.position(), end.history(), isTailKnown ? null : "resync");
        Files.move(nextFile, file, StandardCopyOption.ATOMIC_MOVE);
        DurableFiles.syncDirectory(directory);
        pages = next;
        savedAt = next.position().txid();
        resyncReason = null;
        applied.reset(next.position().txid().value());
    }

    private static SnapshotEnds.End receive(ResyncClient client, ResyncRequest request, PageStore into)
            throws IOException {
        SnapshotEnds.End end = client.fetch(request, new ReceivedPages() {
            @Override
            public void begin(int pageSize, int databasePages) {}

            @Override
            public void page(int number, byte[] source, int offset, int pageSize, long checksum) {
                into.receive(number, source, offset);
            }
        });
        if (!into.state().equals(end.position().checksum())) {
            throw new DivergedException("the pages that arrived give " + into.state() + ", not " + end.position());
        }
        into.moveTo(end.position());
        return end;
    }
}
