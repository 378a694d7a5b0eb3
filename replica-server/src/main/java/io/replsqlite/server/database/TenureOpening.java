package io.replsqlite.server.database;

import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.lease.Lease;
import io.replsqlite.server.backup.upload.BackupSource;
import io.replsqlite.server.backup.upload.Backups;
import io.replsqlite.server.backup.upload.BaseSource;
import io.replsqlite.server.capture.Capture;
import io.replsqlite.server.capture.PageDifference;
import io.replsqlite.server.capture.UncapturedFramesException;
import io.replsqlite.server.capture.WalPin;
import io.replsqlite.server.checkpoint.CheckpointSchedule;
import io.replsqlite.server.commit.CommitWriter;
import io.replsqlite.server.commit.PrimaryCheckpoint;
import io.replsqlite.server.commit.PrimaryFiles;
import io.replsqlite.server.commit.WriterListener;
import io.replsqlite.server.outcome.LoggedOutcomes;
import io.replsqlite.server.outcome.OutcomeEntry;
import io.replsqlite.server.pages.PageChecksums;
import io.replsqlite.server.quorum.Commitment;
import io.replsqlite.server.scan.PageScan;
import io.replsqlite.server.ship.Followers;
import io.replsqlite.server.store.OpenDatabase;
import io.replsqlite.server.wal.WalIndexHeader;
import io.replsqlite.server.wal.WalMark;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;

/**
 * Opens a database for writes: brings the log level with the file, begins the epoch, starts the writer. What it has
 * opened is closed again if it does not get to the end.
 */
final class TenureOpening {
    private static final Logger LOG = System.getLogger(TenureOpening.class.getName());

    private static final byte[] UNATTRIBUTED = OutcomeEntry.UNATTRIBUTED.encode();

    private final String databaseName;
    private final OpenDatabase database;
    private final Lease lease;
    private final DatabaseSettings settings;
    private final LoggedOutcomes logged;
    private final BaseSource base;
    private final MonotonicClock clock;
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    TenureOpening(
            String databaseName,
            OpenDatabase database,
            Lease lease,
            DatabaseSettings settings,
            LoggedOutcomes logged,
            BaseSource base,
            MonotonicClock clock) {
        this.databaseName = databaseName;
        this.database = database;
        this.lease = lease;
        this.settings = settings;
        this.logged = logged;
        this.base = base;
        this.clock = clock;
    }

    /** When this returns, everything that was committed on this node before is in the log. */
    PrimaryTenure open(WriterListener listener, Executor background) throws IOException, SQLException {
        try {
            refuseIfUnfit();
            beginEpoch();
            return openWriter(listener, background);
        } catch (IOException | SQLException | RuntimeException failure) {
            closeOpened(failure);
            throw failure;
        }
    }

    private void closeOpened(Exception failure) {
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception second) {
                failure.addSuppressed(second);
            }
        }
    }

    private void beginEpoch() throws IOException {
        WalMark known = database.capturedUpTo();
        boolean fits = database.actual() == null && known.frame() > 0;
        Position begun = database.log()
                .appendEpoch(lease.epoch(), settings.nodeName(), settings.nodeUrl(), fits ? known : WalMark.NONE);
        database.checksums().moveTo(begun);
    }

    private PrimaryTenure openWriter(WriterListener listener, Executor background) throws IOException, SQLException {
        Connection connection = connect();
        Capture capture = openCapture(connection);
        WalPin pin = new WalPin(connect());
        execute(connection, "commit");
        PrimaryFiles files = new PrimaryFiles(connection, capture, pin, database.log(), database.checkpoints());
        Connection copier = connect();
        BooleanSupplier holdsLease = () -> !lease.deadline().hasPassed(clock.nanoTime());
        Commitment commitment =
                new Commitment(lease.epoch(), settings.nodeName(), settings.durability(), clock, listener::committed);
        Backups backups = new Backups(backupSource(commitment, holdsLease), settings.backup(), clock);
        CommitWriter writer = new CommitWriter(
                databaseName,
                files,
                checkpointSchedule(files, copier, background),
                holdsLease,
                commitment,
                new BackupHold(backups),
                listener,
                settings.foreignPollInterval());
        Position head = database.log().sync();
        PrimaryTenure tenure = new PrimaryTenure(
                database,
                lease,
                files,
                copier,
                writer,
                new Followers(clock),
                commitment,
                holdsLease,
                ClientServices.begin(
                        databaseName,
                        settings.clients(),
                        settings.durability(),
                        database.files(),
                        files,
                        logged,
                        writer,
                        commitment,
                        holdsLease,
                        clock),
                backups);
        if (commitment.waitsForOthers()) {
            listener.mayShow(head.txid());
        }
        commitment.durableHere(head);
        backups.retarget();
        writer.start();
        return tenure;
    }

    private BackupSource backupSource(Commitment commitment, BooleanSupplier holdsLease) {
        return new BackupSource(
                databaseName,
                database.id(),
                settings.nodeName(),
                lease.epoch(),
                database.log(),
                commitment.committedGate(),
                holdsLease,
                base);
    }

    private Connection connect() throws SQLException {
        Connection connection = database.files().connect();
        opened.push(connection);
        return connection;
    }

    private CheckpointSchedule checkpointSchedule(PrimaryFiles files, Connection copier, Executor background) {
        return new CheckpointSchedule(
                new PrimaryCheckpoint(database.files(), files, copier),
                background,
                settings.follower().checkpointFrames(),
                settings.follower().checkpointInterval(),
                clock);
    }

    /** To write down the file as it is would take acknowledged commits back: that is for a person to decide. */
    private void refuseIfUnfit() throws IOException {
        if (database.isBehind()) {
            throw new IOException(
                    database.paths().databaseFile() + " lacks commits that its log has, and was changed by"
                            + " another program as well: as primary this node would lose acknowledged commits. Nothing was"
                            + " changed. Let a node that is whole be the primary (this one then fetches what differs), or restore"
                            + " the database file together with its -wal.");
        }
        Position position = database.checksums().position();
        Position head = database.log().head();
        if (!position.equals(head)) {
            throw new IOException(
                    databaseName + " stands at " + position + ", its log at " + head + ": it cannot be led");
        }
    }

    /** Returns with SQLite's write lock held and everything in the database captured. */
    private Capture openCapture(Connection connection) throws IOException, SQLException {
        execute(connection, "begin immediate");
        WalMark known = database.capturedUpTo();
        long[] actual = database.actual();
        Capture capture = newCapture(actual == null ? known : end());
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
            capture = newCapture(end());
        }
        rebase(capture);
        return capture;
    }

    private Capture newCapture(WalMark mark) {
        return new Capture(database.files(), database.log(), database.checksums(), lease.epoch(), mark, clock);
    }

    private WalMark end() throws IOException {
        return header().mark();
    }

    private WalIndexHeader header() throws IOException {
        WalIndexHeader header = database.files().walIndex().readHeader();
        if (header == null) {
            throw new IOException("the wal-index of " + database.paths().databaseFile() + " stays inconsistent");
        }
        return header;
    }

    /** The database was changed behind the node's back: all pages that differ become one commit. */
    private void rebase(Capture capture) throws IOException {
        PageScan scan = new PageScan(database.files(), header());
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
}
