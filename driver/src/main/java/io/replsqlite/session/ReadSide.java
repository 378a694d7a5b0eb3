package io.replsqlite.session;

import io.replsqlite.api.ReplicaStatus;
import io.replsqlite.base.Deadline;
import io.replsqlite.config.ReadRule;
import io.replsqlite.route.Classification;
import java.sql.SQLException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a session has on this side of the primary: a replica to read from, or only a place for parameters and metadata. */
interface ReadSide {
    UUID databaseId();

    ReplicaStatus status() throws SQLException;

    /** This session has written: all of the process is to see it here. */
    void wrote(long epoch, long txid);

    /** The highest epoch known here, whatever the session has seen. */
    long epoch();

    /** A txid that everything from now on comes after, whatever the session has seen. */
    long appliedTxid();

    Classification classify(String sql) throws SQLException;

    /** The answer for this text is out of date. */
    void forgetClassification(String sql);

    /** The connection for parameters, metadata, and what concerns this connection alone. */
    LocalLane mainLane();

    /** @param limit when the statement must be over; null if nothing says so */
    ReadPermit permit(ReadRule rule, @Nullable Deadline limit) throws SQLException;

    /**
     * The connection for what runs here now.
     *
     * @param note takes the route
     */
    LocalLane laneForRead(String why, RouteNote note) throws SQLException;

    /**
     * A read has opened its snapshot: waits until all that it can show is committed.
     *
     * @param mayMove whether it can run at the primary instead
     * @return null if it is; else where its policy lets it run: here all the same, or at the primary
     * @throws SQLException 58R01 if it must not be shown
     */
    @Nullable
    ReadPermit settle(@Nullable Deadline limit, boolean mayMove) throws SQLException;

    /** The epoch of what the last read here was shown. */
    long shownEpoch();

    /** A PRAGMA ran on the main lane; the others follow. */
    void follow(String name, String sql) throws SQLException;

    /** Whether a read-only transaction can have a snapshot here. */
    boolean keepsSnapshots();

    /**
     * Somebody looks at the metadata, which are only to be had here.
     *
     * @param ownWrites how long that may wait for what this session has seen, to be met if possible
     */
    void freshen(ReadRule ownWrites) throws SQLException;

    /** From any thread. */
    void interrupt();

    void close() throws SQLException;
}
