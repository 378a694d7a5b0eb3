package io.replsqlite.server.execute;

import io.replsqlite.route.SqlStatement;
import io.replsqlite.server.commit.WriteWork.Sharing;
import io.replsqlite.wire.ExecuteRequest;
import java.util.List;

/**
 * Whether a request may run in one SQLite transaction with others. Only plain changes of rows may; everything that works
 * on the transaction, the connection or the schema has one of its own. What only shows while it runs (RAISE(ROLLBACK) in a
 * trigger, a deferred constraint) the writer finds out.
 */
public final class RequestSharing {
    /** They answer for the connection, on which a neighbour has just written. */
    private static final List<String> CONNECTION_FUNCTIONS = List.of("LAST_INSERT_ROWID", "CHANGES", "TOTAL_CHANGES");

    /** A longer batch keeps its neighbours waiting, and its counts fill the commit's attachment. */
    private static final int MAX_SHARED_ENTRIES = 1_000;

    private RequestSharing() {}

    public static Sharing of(ExecuteRequest request) {
        List<ExecuteRequest.Statement> statements = request.statements();
        if (statements.size() == 1
                && SqlStatement.first(statements.get(0).sql()).firstWord().equals("VACUUM")) {
            return Sharing.NO_TRANSACTION;
        }
        int entries = statements.stream()
                .mapToInt(statement -> statement.parameters().size())
                .sum();
        boolean plain = request.kind() != ExecuteRequest.Kind.READ
                && entries <= MAX_SHARED_ENTRIES
                && statements.stream().allMatch(statement -> changesRows(SqlStatement.first(statement.sql())));
        return plain ? Sharing.SHARED : Sharing.OWN_TRANSACTION;
    }

    private static boolean changesRows(SqlStatement statement) {
        return switch (statement.firstWord()) {
            case "INSERT", "REPLACE", "UPDATE", "DELETE", "WITH" ->
                !statement.hasWord("ROLLBACK") && CONNECTION_FUNCTIONS.stream().noneMatch(statement::calls);
            default -> false;
        };
    }
}
