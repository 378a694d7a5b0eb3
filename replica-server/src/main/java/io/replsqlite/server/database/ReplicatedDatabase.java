package io.replsqlite.server.database;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.Durability;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.NamedThreads;
import io.replsqlite.base.Position;
import io.replsqlite.base.PositionGate;
import io.replsqlite.base.Txid;
import io.replsqlite.lease.Lease;
import io.replsqlite.server.backup.bootstrap.BackupFirstCopy;
import io.replsqlite.server.backup.upload.BackupSettings;
import io.replsqlite.server.backup.upload.BackupStatus;
import io.replsqlite.server.backup.upload.Backups;
import io.replsqlite.server.backup.upload.BaseSource;
import io.replsqlite.server.commit.Acknowledged;
import io.replsqlite.server.commit.LeaseOverException;
import io.replsqlite.server.commit.WriteFailedException;
import io.replsqlite.server.commit.WriteFailedException.Outcome;
import io.replsqlite.server.commit.WriteWork;
import io.replsqlite.server.commit.WriterListener;
import io.replsqlite.server.files.DurableFiles;
import io.replsqlite.server.follow.DatabaseCopy;
import io.replsqlite.server.follow.EpochPromise;
import io.replsqlite.server.follow.FirstCopy;
import io.replsqlite.server.follow.FollowerLoop;
import io.replsqlite.server.follow.PrimaryClient;
import io.replsqlite.server.log.ChangeLog;
import io.replsqlite.server.log.RetentionPolicy;
import io.replsqlite.server.outcome.LoggedOutcomes;
import io.replsqlite.server.outcome.RequestOutcomes;
import io.replsqlite.server.read.Reads;
import io.replsqlite.server.ship.Followers;
import io.replsqlite.server.sqlite.NodeLock;
import io.replsqlite.server.store.DatabaseFounding;
import io.replsqlite.server.store.DatabasePaths;
import io.replsqlite.server.store.LostLog;
import io.replsqlite.server.store.OpenDatabase;
import io.replsqlite.server.transaction.Transactions;
import io.replsqlite.server.wal.WalIndexHeader;
import io.replsqlite.status.Health;
import io.replsqlite.status.Role;
import io.replsqlite.status.StatusSnapshot;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * One database of this node. {@link #lead}, {@link #follow}, {@link #rest} and {@link #close} come on the node's role thread, never two
 * at once; the rest is for any thread.
 */
public final class ReplicatedDatabase implements AutoCloseable {
    private static final Logger LOG = System.getLogger(ReplicatedDatabase.class.getName());
    /** Records between two looks at the clock. */
    private static final int OUTCOMES_AT_ONCE = 100;

    private static final Duration FOLLOWER_WINDOW = Duration.ofMinutes(1);

    private final String name;
    private final UUID id;
    private final DatabasePaths paths;
    private final DatabaseSettings settings;
    private final EpochPromise promise;
    private final MonotonicClock clock;
    private final NodeLock nodeLock;
    private final StatusBoard board;
    private final FollowerBoard following;
    private final DatabaseOpening opening;
    private final ExecutorService background;
    private final WriterListener writerListener = new OnWriter();
    private volatile @Nullable OpenDatabase open;
    private volatile @Nullable PrimaryTenure tenure;
    private @Nullable Backups ending; // of the last tenure; on the role thread only
    private final Object failing = new Object();

    /** Between retention and the closing of a log; held while segments are deleted. */
    private final Object retaining = new Object();

    private volatile @Nullable IOException failure;
    private final LoggedOutcomes logged = new LoggedOutcomes();
    private @Nullable ChangeLog unreadable; // its outcomes, as a look at them has shown
    private @Nullable FollowerLoop follower;
    private @Nullable DatabaseCopy followed;

    /** Takes the database for this node; opens none of its SQLite files yet. */
    public ReplicatedDatabase(
            String name,
            UUID id,
            DatabasePaths paths,
            DatabaseSettings settings,
            EpochPromise promise,
            MonotonicClock clock)
            throws IOException {
        this.name = name;
        this.id = id;
        this.paths = paths;
        this.settings = settings;
        this.promise = promise;
        this.clock = clock;
        DurableFiles.createDirectories(paths.stateDirectory());
        this.nodeLock = NodeLock.acquire(paths.databaseFile());
        this.board = new StatusBoard(
                paths.statusFile(),
                id,
                settings.nodeName(),
                settings.nodeUrl(),
                settings.durability().atLeast() != Durability.LOCAL,
                clock);
        this.following = new FollowerBoard(board, this::holds);
        this.opening = new DatabaseOpening(name, id, paths, settings.follower().store(), clock);
        this.background = Executors.newSingleThreadExecutor(NamedThreads.of("checkpoint-" + name));
    }

    public String name() {
        return name;
    }

    public UUID id() {
        return id;
    }

    public DatabasePaths paths() {
        return paths;
    }

    public StatusBoard board() {
        return board;
    }

    private void holds(@Nullable OpenDatabase database) {
        synchronized (retaining) {
            open = database;
        }
    }

    /** The files, once they are open; for reading positions and pages. */
    public Optional<OpenDatabase> files() {
        return Optional.ofNullable(open);
    }

    /** Becomes the primary of this database. A database that does not exist yet is created, or adopted as it is. */
    public void lead(Lease lease) throws IOException, SQLException, InterruptedException {
        OpenDatabase database = endPresentRole();
        failure = null;
        board.role(Role.ACQUIRING, "", StatusSnapshot.NEVER);
        if (database == null) {
            database = opening.openOrCreate();
            open = database;
        }
        BaseSource base = new DatabaseBase(this, database, clock);
        tenure = new TenureOpening(name, database, lease, settings, logged, base, clock)
                .open(writerListener, background);
        open = database.settledAt(database.capturedUpTo());
        synchronized (failing) {
            if (failure == null) { // the writer runs already
                board.role(Role.LEADING, settings.nodeUrl(), lease.deadline().atNanos());
                board.health(Health.OK);
            }
        }
    }

    /** On the primary: takes no more writes, and lets the followers get what is there. */
    public void drain(Duration atMost) throws InterruptedException {
        PrimaryTenure leading = tenure;
        if (leading != null && failure == null) {
            board.role(Role.DRAINING, "", StatusSnapshot.NEVER);
            leading.drain(Deadline.after(atMost, clock));
        }
    }

    /** On the primary: gives open transactions this time to end, and begins no more. */
    public void finishTransactions(Duration atMost) throws InterruptedException {
        PrimaryTenure leading = tenure;
        if (leading != null && failure == null) {
            leading.finishTransactions(Deadline.after(atMost, clock));
        }
    }

    /** On the primary: takes no more writes, and waits for one follower. @return whether it has everything */
    public boolean drainTo(String follower, Duration atMost) throws InterruptedException {
        PrimaryTenure leading = tenure;
        if (leading == null || failure != null) {
            return false;
        }
        board.role(Role.DRAINING, "", StatusSnapshot.NEVER);
        return leading.drainTo(follower, Deadline.after(atMost, clock));
    }

    /** Has no role until the next one is given; the database stays open. */
    public void rest() throws IOException, SQLException, InterruptedException {
        OpenDatabase ignored = endPresentRole();
        if (failure == null) {
            board.role(Role.NONE, "", StatusSnapshot.NEVER);
        }
    }

    /** Whether a commit could not be captured or made durable: this node must not go on as primary. */
    public boolean hasFailed() {
        return failure != null;
    }

    /** Why this database does not get on; nothing if all is well. */
    public Optional<String> problem() {
        IOException broken = failure;
        return Optional.ofNullable(broken == null ? following.problem() : broken.getMessage());
    }

    /**
     * In no leading role: makes sure that nothing of an epoch below this one gets into the log any more; that must be
     * promised before.
     *
     * @return where the log ends for good; nothing if there is no copy
     * @throws IOException if that cannot be told within the time
     */
    public Optional<Position> bar(Epoch below, Duration atMost) throws IOException, SQLException, InterruptedException {
        FollowerLoop loop = follower;
        if (loop != null && !loop.bar(below, Deadline.after(atMost, clock))) {
            throw new IOException(name + " is busy: its follower did not come to rest within " + atMost);
        }
        if (loop == null && open == null && DatabaseFounding.isFounded(paths)) {
            open = opening.open();
        }
        if (!settings.durability().voters().isEmpty() && new LostLog(paths).isNoted()) {
            throw new IOException(name + " has lost its log, which may have held what was acknowledged: this node does"
                    + " not vote before it is level with a primary. If no primary can come without its vote, remove "
                    + paths.lostLogMarker());
        }
        Optional<Position> head = files().map(database -> database.log().durableHead());
        if (head.isEmpty() && DatabaseFounding.isFounded(paths)) { // no copy would be a vote for whoever has less
            throw new IOException(name + " is not open: what its log holds cannot be told");
        }
        return head;
    }

    /** Becomes a follower, of a primary that may be unreachable for now. */
    public void follow(PrimaryClient primary, String primaryUrl)
            throws IOException, SQLException, InterruptedException {
        OpenDatabase database = endPresentRole();
        board.role(Role.FOLLOWER, primaryUrl, StatusSnapshot.NEVER);
        DatabaseCopy copy = copyOf(database);
        FollowerLoop loop = new FollowerLoop(name, copy, primary, promise, following, settings.follower(), clock);
        followed = copy;
        follower = loop;
        loop.start();
    }

    private DatabaseCopy copyOf(@Nullable OpenDatabase database) {
        return new DatabaseCopy(
                name, id, paths, database, following, settings.follower(), firstCopy(), background, clock);
    }

    private FirstCopy firstCopy() {
        BackupSettings backup = settings.backup();
        return backup.givesFirstCopies()
                ? new BackupFirstCopy(
                        name,
                        backup.targets(),
                        settings.follower().store(),
                        !settings.durability().voters().isEmpty(),
                        clock)
                : FirstCopy.FROM_PRIMARY_ONLY;
    }

    PositionGate followerNews() {
        return following.news();
    }

    /** Whether it follows a primary at present. On the role thread. */
    public boolean isFollowing() {
        return follower != null;
    }

    /** Ends what runs; answers the open database, everything committed or applied being in its log. */
    private @Nullable OpenDatabase endPresentRole() throws IOException, SQLException, InterruptedException {
        PrimaryTenure leading = tenure;
        FollowerLoop loop = follower;
        DatabaseCopy copy = followed;
        if (leading != null) {
            if (failure == null) {
                board.role(Role.DRAINING, "", StatusSnapshot.NEVER);
            }
            tenure = null;
            ending = leading.backups();
            open = leading.end(log().durableGate());
        }
        if (loop != null && copy != null) {
            follower = null;
            followed = null;
            loop.stop();
            open = copy.settle();
            following.streaming();
        }
        return open;
    }

    private ChangeLog log() {
        OpenDatabase database = open;
        if (database == null) {
            throw new IllegalStateException(name + " is not open");
        }
        return database.log();
    }

    /** The tenure under way, if this node is the primary. */
    Optional<PrimaryTenure> leading() {
        return failure == null ? Optional.ofNullable(tenure) : Optional.empty();
    }

    /** For how long the disk has not answered the sync under way; zero if there is none. */
    public Duration syncingFor() {
        OpenDatabase database = open;
        return database == null ? Duration.ZERO : database.log().syncingFor();
    }

    /** Whether this node is the primary of this database. */
    public boolean isLeading() {
        return leading().isPresent();
    }

    /** Whether a write that comes now would be taken: this node is the primary, and is not about to leave that to another. */
    public boolean takesWrites() {
        return leading().map(PrimaryTenure::takesWrites).orElse(false);
    }

    /** Whether this node is the primary, and no other node can be it now. */
    public boolean holdsLease() {
        return leading().map(PrimaryTenure::holdsLease).orElse(false);
    }

    /** Queues a write; see {@link io.replsqlite.server.commit.CommitWriter#submit}. */
    public <T extends @Nullable Object> CompletableFuture<Acknowledged<T>> submit(WriteWork<T> work, Deadline startBy) {
        PrimaryTenure leading = leading().orElse(null);
        if (leading == null) {
            return CompletableFuture.failedFuture(new WriteFailedException(
                    Outcome.NOT_EXECUTED, "This node is not the primary of " + name + "; nothing was executed."));
        }
        return leading.writer().submit(work, startBy);
    }

    /** Why a write that asks for this durability cannot have it here; nothing if it can. */
    public Optional<String> whyImpossible(Durability asked) {
        return leading().map(tenure -> tenure.commitment().whyImpossible(asked));
    }

    /** What became of recent requests, if this node is the primary. */
    public Optional<RequestOutcomes> outcomes() {
        return leading().map(PrimaryTenure::clients).map(ClientServices::outcomes);
    }

    /** The transactions that drivers have open here, if this node is the primary. */
    public Optional<Transactions> transactions() {
        return leading().map(PrimaryTenure::clients).map(ClientServices::transactions);
    }

    /** The reads that drivers have forwarded here, if this node is the primary. */
    public Optional<Reads> reads() {
        return leading().map(PrimaryTenure::clients).map(ClientServices::reads);
    }

    /** How far each follower has come, on the primary. */
    public List<Followers.Follower> followers() {
        PrimaryTenure leading = tenure;
        return leading == null ? List.of() : leading.followers().all();
    }

    /** Where its backups stand, on the primary. */
    public List<BackupStatus> backups() {
        PrimaryTenure leading = tenure;
        return leading == null ? List.of() : leading.backups().status();
    }

    /** Whether the checksums speak of the state that this wal-index header shows. */
    boolean isSettled(WalIndexHeader header) {
        PrimaryTenure leading = tenure;
        return leading == null || leading.hasCaptured(header);
    }

    /** The part of a primary that serves followers. */
    public PrimaryService primaryService() {
        return new PrimaryService(this, promise, settings, clock);
    }

    /** A sign of life, and the log's retention; called at an interval. */
    public void heartbeat(long leaseDeadlineNanos) {
        board.heartbeat(leaseDeadlineNanos);
        PrimaryTenure leading = tenure;
        if (leading != null) {
            leading.commitment().expire();
        }
    }

    /** Lets backups go where they are told to go now. On the role thread, at intervals. */
    public void retargetBackups() {
        PrimaryTenure leading = tenure;
        if (leading != null) {
            leading.backups().retarget();
        }
    }

    /**
     * Makes ready for a tenure that may come, as far as the time allows. On the role thread, at intervals.
     *
     * @throws IOException if the log cannot be read; it is not tried again before a tenure needs it
     */
    public void readOutcomes(Deadline deadline) throws IOException {
        OpenDatabase database = open;
        if (database == null || tenure != null || database.log() == unreadable) {
            return;
        }
        try {
            boolean all = false;
            while (!all && !deadline.hasPassed()) {
                all = logged.readOn(database.log(), OUTCOMES_AT_ONCE);
            }
        } catch (IOException damaged) {
            unreadable = database.log();
            throw damaged;
        }
    }

    /** Lets go of old log segments that neither recovery nor a follower heard of lately needs. */
    public void retainLog() throws IOException {
        synchronized (retaining) {
            retainOpenLog();
        }
    }

    private void retainOpenLog() throws IOException {
        OpenDatabase database = open;
        if (database == null) {
            return;
        }
        long floor = database.checkpoints().recorded().txid().value();
        PrimaryTenure leading = tenure;
        if (leading != null) {
            floor = Math.min(
                    floor,
                    leading.followers().slowestHeardWithin(FOLLOWER_WINDOW).orElse(Long.MAX_VALUE));
        }
        OptionalLong uploaded =
                leading == null ? OptionalLong.empty() : leading.backups().slowest();
        int deleted = database.log()
                .retain(new RetentionPolicy(
                        settings.logRetentionAge().toMillis(),
                        settings.logRetentionBytes(),
                        new Txid(floor),
                        new Txid(uploaded.orElse(Long.MAX_VALUE)),
                        settings.backup().queueBytes()));
        if (deleted > 0) {
            LOG.log(Level.INFO, "{0}: {1} old log segments deleted", name, deleted);
        }
    }

    /** Ends in good order: what is committed is checkpointed where nobody forbids it. */
    @Override
    public void close() throws IOException, SQLException, InterruptedException {
        try (nodeLock;
                logged) {
            try {
                OpenDatabase ignored = checkpointed(endPresentRole());
            } finally {
                closeFiles();
            }
        }
    }

    private void closeFiles() throws IOException, InterruptedException {
        OpenDatabase database = open;
        open = null;
        Backups uploads = ending;
        if (uploads != null) {
            uploads.close();
        }
        background.shutdown();
        if (database != null) {
            database.close();
        }
        board.role(Role.NONE, "", StatusSnapshot.NEVER);
        board.health(Health.STOPPED);
    }

    /** Who copies the database file of a stopped node without its WAL shall have it whole. */
    private @Nullable OpenDatabase checkpointed(@Nullable OpenDatabase database) {
        if (database == null || failure != null || database.hasTail() || database.actual() != null) {
            return database;
        }
        try {
            return copyOf(database).checkpoint();
        } catch (IOException | SQLException problem) {
            LOG.log(Level.WARNING, name + " is closed without a last checkpoint; its WAL has all of it", problem);
            return database;
        }
    }

    /** On the writer thread, which ends: its tenure is taken down by the role thread. */
    private void fail(IOException cause) {
        LOG.log(Level.ERROR, name + " has failed and is not served any more: " + cause.getMessage(), cause);
        synchronized (failing) {
            failure = cause;
            board.role(Role.FAILED, "", StatusSnapshot.NEVER);
            board.health(Health.FAILED);
        }
    }

    private final class OnWriter implements WriterListener {
        @Override
        public void committed(Position position) {
            board.committed(position);
        }

        @Override
        public void mayShow(Txid txid) {
            board.mayShow(txid);
        }

        @Override
        public void failed(IOException failure) {
            if (failure instanceof LeaseOverException) { // the provider tells the role thread, which ends the tenure
                board.role(Role.DRAINING, "", StatusSnapshot.NEVER);
            } else {
                fail(failure);
            }
        }
    }
}
