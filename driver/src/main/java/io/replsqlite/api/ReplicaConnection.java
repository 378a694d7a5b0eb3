package io.replsqlite.api;

import java.sql.Connection;
import java.sql.SQLException;

/** A connection whose reads run on the replica file and whose writes run at the primary. */
public interface ReplicaConnection extends Connection {
    /** What this connection has seen and written; a connection that adopts it sees at least that. */
    Token token() throws SQLException;

    /**
     * From now on, reads here see at least what the token's connection had seen.
     *
     * @throws SQLException if the token is of another database
     */
    void adopt(Token token) throws SQLException;

    /** Where the last statement of this connection ran. */
    LastRoute lastRoute();
}
