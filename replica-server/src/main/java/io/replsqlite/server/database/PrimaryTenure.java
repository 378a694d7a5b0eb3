package io.replsqlite.server.database;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.base.PositionGate;
import io.replsqlite.lease.Lease;
import io.replsqlite.server.capture.Capture;
import io.replsqlite.server.capture.PageDifference;
import io.replsqlite.server.capture.UncapturedFramesException;
import io.replsqlite.server.capture.WalPin;
import io.replsqlite.server.checkpoint.CheckpointSchedule;
import io.replsqlite.server.commit.CommitWriter;
import io.replsqlite.server.commit.PrimaryCheckpoint;
import io.replsqlite.server.commit.PrimaryFiles;
import io.replsqlite.server.commit.WriterListener;
import io.replsqlite.server.log.ChangeLog;
import io.replsqlite.server.outcome.OutcomeEntry;
import io.replsqlite.server.pages.PageChecksums;
import io.replsqlite.server.scan.PageScan;
import io.replsqlite.server.ship.Followers;
import io.replsqlite.server.sqlite.SqliteFiles;
import io.replsqlite.server.store.OpenDatabase;
import io.replsqlite.server.wal.WalIndexHeader;
import io.replsqlite.server.wal.WalMark;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;

/** One database while this node is its primary: from the first record of the epoch to the last acknowledgement. */
final class PrimaryTenure {
    private static final Logger LOG = System.getLogger(PrimaryTenure.class.getName());

    /** A follower that was not heard of for so long is not waited for. */
    private static final Duration DRAIN_WINDOW = Duration.ofSeconds(1);

    private static final byte[] UNATTRIBUTED = OutcomeEntry.UNATTRIBUTED.encode();

    private final OpenDatabase database;
    private final Lease lease;
    private final PrimaryFiles files;
    private final Connection copier;
    private final CommitWriter writer;
    private final Followers followers;
    private final ClientServices clients;
    private volatile boolean ended;

    private PrimaryTenure(
            OpenDatabase database,
            Lease lease,
            PrimaryFiles files,
            Connection copier,
            CommitWriter writer,
            Followers followers,
            ClientServices clients) {
        this.database = database;
        this.lease = lease;
        this.files = files;
        this.copier = copier;
        this.writer = writer;
        this.followers = followers;
        this.clients = clients;
    }

    /**
     * Opens the database for writes: brings the log level with the file, begins the epoch, starts the writer. When this
     * returns, everything that was committed on this node before is in the log.
     */
    static PrimaryTenure begin(
            String databaseName,
            OpenDatabase database,
            Lease lease,
            DatabaseSettings settings,
            WriterListener listener,
            Executor background,
            MonotonicClock clock)
            throws IOException, SQLException {
        refuseIfBehind(database);
        ChangeLog log = database.log();
        if (!database.checksums().position().equals(log.head())) {
            throw new IOException(databaseName + " stands at "
                    + database.checksums().position() + ", its log at " + log.head() + ": it cannot be led");
        }
        Position begun = log.appendEpoch(lease.epoch(), settings.nodeName(), settings.nodeUrl());
        database.checksums().moveTo(begun);
        SqliteFiles sqlite = database.files();
        Connection connection = sqlite.connect();
        Capture capture = openCapture(database, lease.epoch(), connection, clock);
        WalPin pin = new WalPin(sqlite.connect());
        commit(connection);
        PrimaryFiles files = new PrimaryFiles(connection, capture, pin, log, database.checkpoints());
        Connection copier = sqlite.connect();
        CheckpointSchedule checkpoint = new CheckpointSchedule(
                new PrimaryCheckpoint(sqlite, files, copier),
                background,
                settings.follower().checkpointFrames(),
                settings.follower().checkpointInterval(),
                clock);
        BooleanSupplier holdsLease = () -> !lease.deadline().hasPassed(clock.nanoTime());
        CommitWriter writer =
                new CommitWriter(databaseName, files, checkpoint, holdsLease, listener, settings.foreignPollInterval());
        Position head = log.sync();
        ClientServices clients =
                ClientServices.begin(databaseName, settings.clients(), sqlite, files, writer, holdsLease, clock);
        PrimaryTenure tenure = new PrimaryTenure(database, lease, files, copier, writer, new Followers(clock), clients);
        listener.committed(head);
        writer.start();
        return tenure;
    }

    /** To write down the file as it is would take acknowledged commits back: that is for a person to decide. */
    private static void refuseIfBehind(OpenDatabase database) throws IOException {
        if (database.isBehind()) {
            throw new IOException(
                    database.paths().databaseFile() + " lacks commits that its log has, and was changed by"
                            + " another program as well: as primary this node would lose acknowledged commits. Nothing was"
                            + " changed. Let a node that is whole be the primary (this one then fetches what differs), or restore"
                            + " the database file together with its -wal.");
        }
    }

    /** Returns with SQLite's write lock held and everything in the database captured. */
    private static Capture openCapture(OpenDatabase database, Epoch epoch, Connection connection, MonotonicClock clock)
            throws IOException, SQLException {
        execute(connection, "begin immediate");
        WalMark known = database.capturedUpTo();
        long[] actual = database.actual();
        Capture capture = newCapture(database, epoch, actual == null ? known : end(database), clock);
        try {
            if (actual == null) {
                Capture.Captured found = capture.captureLeftovers(UNATTRIBUTED);
                if (found.commits() > 0) {
                    LOG.log(
                            Level.INFO,
                            "{0}: {1} commits that were not in the log are captured",
                            database.paths().databaseFile(),
                            found.commits());
                }
                return capture;
            }
        } catch (UncapturedFramesException lost) {
            LOG.log(Level.WARNING, lost.getMessage());
            capture = newCapture(database, epoch, end(database), clock);
        }
        rebase(database, capture);
        return capture;
    }

    private static Capture newCapture(OpenDatabase database, Epoch epoch, WalMark mark, MonotonicClock clock) {
        return new Capture(database.files(), database.log(), database.checksums(), epoch, mark, clock);
    }

    private static WalMark end(OpenDatabase database) throws IOException {
        return header(database).mark();
    }

    private static WalIndexHeader header(OpenDatabase database) throws IOException {
        WalIndexHeader header = database.files().walIndex().readHeader();
        if (header == null) {
            throw new IOException("the wal-index of " + database.paths().databaseFile() + " stays inconsistent");
        }
        return header;
    }

    /** The database was changed behind the node's back: all pages that differ become one commit. */
    private static void rebase(OpenDatabase database, Capture capture) throws IOException {
        PageScan scan = new PageScan(database.files(), header(database));
        PageChecksums checksums = database.checksums();
        int[] differing = scan.differingFrom(checksums, (done, of) -> {});
        boolean sameSize = scan.databasePages() == checksums.pages();
        LOG.log(
                Level.WARNING,
                "{0} was changed while no node served it: {1} pages differ and become one commit",
                database.paths().databaseFile(),
                differing.length);
        if (differing.length > 0 || !sameSize) {
            Position ignored = capture.rebase(new PageDifference(scan, differing), UNATTRIBUTED, capture.walEnd());
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void commit(Connection connection) throws SQLException {
        execute(connection, "commit");
    }

    Epoch epoch() {
        return lease.epoch();
    }

    CommitWriter writer() {
        return writer;
    }

    Followers followers() {
        return followers;
    }

    ClientServices clients() {
        return clients;
    }

    /** Whether everything that this header shows is captured. */
    boolean hasCaptured(WalIndexHeader header) {
        return files.capture().hasCaptured(header);
    }

    boolean leads() {
        return !ended;
    }

    /**
     * Ends the writing and waits until every connected follower has everything: whoever takes the lease next is level.
     * The stream goes on until {@link #end}.
     */
    void drain(Deadline deadline) throws InterruptedException {
        clients.transactions().close();
        writer.stop();
        long head = database.log().durableHead().txid().value();
        if (!followers.awaitDurable(head, DRAIN_WINDOW, deadline)) {
            LOG.log(
                    Level.WARNING,
                    "{0}: a follower has not got everything up to txid {1} before the lease is given up",
                    database.paths().databaseFile(),
                    head);
        }
    }

    /** Ends after the writes at hand; the database stays open, everything committed is in the log. */
    OpenDatabase end(PositionGate durable) throws InterruptedException, SQLException, IOException {
        ended = true;
        durable.wakeAll();
        clients.close();
        writer.stop();
        files.pin().close();
        copier.close();
        files.connection().close();
        return database.settledAt(files.capture().mark()); // not the WAL's end: a foreign commit may follow
    }
}
