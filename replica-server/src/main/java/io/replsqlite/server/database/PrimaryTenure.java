package io.replsqlite.server.database;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.Position;
import io.replsqlite.base.PositionGate;
import io.replsqlite.lease.Lease;
import io.replsqlite.server.backup.upload.Backups;
import io.replsqlite.server.commit.CommitWriter;
import io.replsqlite.server.commit.PrimaryFiles;
import io.replsqlite.server.quorum.Commitment;
import io.replsqlite.server.ship.Followers;
import io.replsqlite.server.store.OpenDatabase;
import io.replsqlite.server.wal.WalIndexHeader;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One database while this node is its primary: from the first record of the epoch to the last acknowledgement. */
final class PrimaryTenure {
    private static final Logger LOG = System.getLogger(PrimaryTenure.class.getName());

    /** A follower that was not heard of for so long is not waited for. */
    private static final Duration DRAIN_WINDOW = Duration.ofSeconds(1);

    private final OpenDatabase database;
    private final Lease lease;
    private final PrimaryFiles files;
    private final Connection copier;
    private final CommitWriter writer;
    private final Followers followers;
    private final Commitment commitment;
    private final BooleanSupplier holdsLease;
    private final ClientServices clients;
    private final Backups backups;
    private volatile boolean drained;
    private volatile boolean ended;

    PrimaryTenure(
            OpenDatabase database,
            Lease lease,
            PrimaryFiles files,
            Connection copier,
            CommitWriter writer,
            Followers followers,
            Commitment commitment,
            BooleanSupplier holdsLease,
            ClientServices clients,
            Backups backups) {
        this.database = database;
        this.lease = lease;
        this.files = files;
        this.copier = copier;
        this.writer = writer;
        this.followers = followers;
        this.commitment = commitment;
        this.holdsLease = holdsLease;
        this.clients = clients;
        this.backups = backups;
    }

    Epoch epoch() {
        return lease.epoch();
    }

    CommitWriter writer() {
        return writer;
    }

    ClientServices clients() {
        return clients;
    }

    Backups backups() {
        return backups;
    }

    Followers followers() {
        return followers;
    }

    Commitment commitment() {
        return commitment;
    }

    /** Everything acknowledged up to now is at or before it; null if nothing is committed in this epoch yet. */
    @Nullable
    Position acknowledgedHead() {
        return commitment.waitsForOthers()
                ? commitment.committed()
                : database.log().durableHead();
    }

    /** Whether everything that this header shows is captured. */
    boolean hasCaptured(WalIndexHeader header) {
        return files.capture().hasCaptured(header);
    }

    /** Whether a write that comes now would be taken: not once the writing is being ended. */
    boolean takesWrites() {
        return !drained && !ended;
    }

    /** Whether no other node can be the primary now. */
    boolean holdsLease() {
        return !ended && holdsLease.getAsBoolean();
    }

    /**
     * Ends the writing and waits until every connected follower has everything: whoever takes the lease next is level.
     * The stream goes on until {@link #end}.
     */
    void drain(Deadline deadline) throws InterruptedException {
        endWrites();
        long head = database.log().durableHead().txid().value();
        if (!followers.awaitDurable(head, DRAIN_WINDOW, deadline)) {
            LOG.log(
                    Level.WARNING,
                    "{0}: a follower has not got everything up to txid {1} before the lease is given up",
                    database.paths().databaseFile(),
                    head);
        }
    }

    /** Begins no more transactions, gives those that are open until the deadline to end; single writes go on. */
    void finishTransactions(Deadline deadline) throws InterruptedException {
        clients.transactions().finish(deadline);
    }

    /** Ends the writing, and waits until this one follower has everything. @return whether it has */
    boolean drainTo(String follower, Deadline deadline) throws InterruptedException {
        endWrites();
        long head = database.log().durableHead().txid().value();
        boolean level = followers.awaitDurable(follower, head, deadline);
        boolean ignored = commitment.awaitNobodyWaiting(deadline); // whoever waits for more voters is told then
        return level;
    }

    private void endWrites() throws InterruptedException {
        drained = true;
        clients.transactions().close();
        writer.stop();
    }

    /** Ends after the writes at hand; the database stays open, everything committed is in the log. */
    OpenDatabase end(PositionGate durable) throws InterruptedException, SQLException, IOException {
        ended = true;
        durable.wakeAll();
        clients.close();
        writer.stop();
        commitment.end("this node ceased to be the primary");
        backups.requestStop(); // whoever leads next must not wait for an upload
        writer.awaitCopy();
        files.pin().close();
        copier.close();
        files.connection().close();
        return database.settledAt(files.capture().mark()); // not the WAL's end: a foreign commit may follow
    }
}
