package io.replsqlite.spring;

import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;

/**
 * Keeps HikariCP from throwing connections away because there is no primary: nothing was executed, the connection still
 * reads, and Spring must be able to roll back on it, or its own error hides the one that says what happened. A commit of
 * unknown outcome (08007) costs the connection as ever.
 */
public final class KeptWithoutPrimary implements SQLExceptionOverride {
    @java.lang.Override
    public Override adjudicate(SQLException failure) {
        boolean noPrimary = failure instanceof SQLTransientConnectionException && "08001".equals(failure.getSQLState());
        return noPrimary ? Override.DO_NOT_EVICT : Override.CONTINUE_EVICT;
    }
}
