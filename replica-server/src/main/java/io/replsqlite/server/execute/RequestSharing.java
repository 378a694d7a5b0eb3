package io.replsqlite.server.execute;

import io.replsqlite.server.commit.WriteWork.Sharing;
import io.replsqlite.wire.ExecuteRequest;
import java.util.List;

/**
 * Whether a request may run in one SQLite transaction with others. Only plain changes of rows may; everything that works
 * on the transaction, the connection or the schema has one of its own. What only shows while it runs (RAISE(ROLLBACK) in a
 * trigger, a deferred constraint) the writer finds out.
 */
public final class RequestSharing {
    /** A longer batch keeps its neighbours waiting, and its counts fill the commit's attachment. */
    private static final int MAX_SHARED_ENTRIES = 1_000;

    private RequestSharing() {}

    public static Sharing of(ExecuteRequest request) {
        List<ExecuteRequest.Statement> statements = request.statements();
        if (statements.size() == 1
                && StatementText.of(statements.get(0).sql()).firstWord().equals("VACUUM")) {
            return Sharing.NO_TRANSACTION;
        }
        return request.kind() != ExecuteRequest.Kind.READ && changesFewRows(statements)
                ? Sharing.SHARED
                : Sharing.OWN_TRANSACTION;
    }

    private static boolean changesFewRows(List<ExecuteRequest.Statement> statements) {
        int entries = 0;
        for (ExecuteRequest.Statement statement : statements) {
            entries += statement.parameters().size();
            if (entries > MAX_SHARED_ENTRIES
                    || !StatementText.of(statement.sql()).changesRows()) {
                return false;
            }
        }
        return true;
    }
}
