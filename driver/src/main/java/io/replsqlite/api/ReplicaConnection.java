package io.replsqlite.api;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A connection whose reads run on the replica file and whose writes run at the primary.
 *
 * <p>What is set here holds from the next statement on and beats URL and properties; a hint in a statement beats it.
 */
public interface ReplicaConnection extends Connection {
    /** What this connection has seen and written; a connection that adopts it sees at least that. */
    Token token() throws SQLException;

    /**
     * Forgets what this connection has seen, for pools that lend it to one user after another: none waits for what another
     * has seen, nor for a token that another made up. What this JVM has written is seen all the same.
     *
     * @throws SQLException inside a transaction
     */
    void startSession() throws SQLException;

    /**
     * From now on, reads here see at least what the token's connection had seen.
     *
     * @throws SQLException if the token is of another database
     */
    void adopt(Token token) throws SQLException;

    /**
     * Asks the primary what became of a write, waiting for one that is under way. Certain for some minutes at least after
     * the write was sent from this connection; for a request of another connection it may be
     * {@link WriteOutcome.State#UNKNOWN} earlier.
     *
     * @param requestId as in {@link OutcomeUnknownException#requestId()}
     * @throws SQLException if no primary answers within writeTimeout
     */
    WriteOutcome outcome(String requestId) throws SQLException;

    /**
     * How the database stands here, without asking anybody but the node's status page.
     *
     * @throws SQLException if the page cannot be read
     */
    ReplicaStatus status() throws SQLException;

    /** Whether a primary answers within this time, so that a write could begin. Asks it over the network. */
    boolean isPrimaryReachable(Duration within) throws SQLException;

    /** Where the last statement of this connection ran. */
    LastRoute lastRoute();

    Consistency consistency();

    /** @throws SQLException if the level needs a freshness and there is none */
    void setConsistency(Consistency consistency) throws SQLException;

    /** How old, at most, what a read sees may be; null for any age. */
    @Nullable
    Duration freshness();

    /** @throws SQLException if it is negative, or null where the level needs one */
    void setFreshness(@Nullable Duration freshness) throws SQLException;

    OnStale onStale();

    void setOnStale(OnStale onStale) throws SQLException;

    /** Where read-write transactions begin. */
    TransactionMode transactionMode();

    /** For transactions that begin from now on; setAutoCommit(false), commit and rollback each begin one. */
    void setTransactionMode(TransactionMode mode);
}
