package io.replsqlite.session;

import io.replsqlite.api.OutcomeUnknownException;
import io.replsqlite.local.SqliteErrors;
import io.replsqlite.wire.ErrorResponse;
import io.replsqlite.wire.RequestId;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLInvalidAuthorizationSpecException;
import java.sql.SQLNonTransientException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransactionRollbackException;

/** What the primary refused, as the exception that the caller sees. */
public final class PrimaryErrors {
    private PrimaryErrors() {}

    public static SQLException toException(ErrorResponse error, RequestId id) {
        if (error.mayHaveHappened()) {
            return new OutcomeUnknownException(error.message(), id.toString());
        }
        return toException(error);
    }

    /** The same for what certainly had no effect. */
    static SQLException toException(ErrorResponse error) {
        return switch (error.kind()) {
            case SQL -> SqliteErrors.toException(error);
            // No SQLState: pools throw the connection away at 0A000.
            case REFUSED -> new SQLFeatureNotSupportedException(error.message());
            case TRANSACTION_LOST -> new SQLTransactionRollbackException(error.message(), "40001");
            case TIMED_OUT -> new SQLTimeoutException(error.message(), "57014");
            case UNAUTHORIZED -> new SQLInvalidAuthorizationSpecException(error.message(), "28000");
            default -> new SQLNonTransientException(error.kind() + ": " + error.message());
        };
    }
}
