package io.replsqlite.session;

import io.replsqlite.wire.ExecuteResponse.Rows;
import java.sql.SQLException;

/** Where the rest of a long result is. */
public interface ResultPages {
    Rows next(long cursor) throws SQLException;

    /** The rest is not wanted. Never fails: the primary closes what is left idle. */
    void close(long cursor);
}
