package io.replsqlite.server.follow;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.PositionGate;
import io.replsqlite.server.apply.ForeignWrite;
import io.replsqlite.server.log.ChangeLog;
import java.io.IOException;
import java.sql.SQLException;

/** A follower's open database: a log, and a state that is brought along with it. For the follower's thread. */
public interface Followed {
    ChangeLog log();

    /** How far readers see. */
    PositionGate applied();

    /** Whether the stream cannot help. */
    boolean mustResync();

    void requestResync(String reason);

    /** Goes over to the primary's state; what only this node has is kept. */
    void resync(ResyncClient client) throws IOException, SQLException;

    /** A foreign process has changed the state. */
    void quarantine(ForeignWrite foreign);

    /** The primary of this epoch has taken the log as a beginning of its own. */
    void logContinuedBy(Epoch epoch);

    /** Whether commits may be shown before the primary says that they are committed. */
    void showOnlyCommitted(boolean only);

    /** A primary has said that everything up to here is committed. */
    void committed(long txid);

    /** Shows what is durable in the log and may be shown. */
    void applyDurable() throws IOException, SQLException;

    /** A failure that is over must not be reported for ever. */
    void reportHealth();
}
