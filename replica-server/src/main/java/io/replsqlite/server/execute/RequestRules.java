package io.replsqlite.server.execute;

import io.replsqlite.route.Created;
import io.replsqlite.route.Pragma;
import io.replsqlite.route.SqlStatement;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What SQL from the wire may not do: reach the file system, leave the caller's transaction, change the file's form. */
final class RequestRules {
    /** Keep all that they have in tables of the database; others read files, or memory. */
    private static final Set<String> MODULES =
            Set.of("FTS3", "FTS4", "FTS5", "FTS4AUX", "FTS5VOCAB", "RTREE", "RTREE_I32", "GEOPOLY");

    private RequestRules() {}

    /** Why a text is refused, or null if it may run. */
    static @Nullable String refusal(String sql) {
        List<SqlStatement> statements = SqlStatement.split(sql);
        if (statements.size() > 1) {
            return "several statements in one text; send them as separate statements of one request";
        }
        return statements.isEmpty() ? "there is no statement in the text" : refusal(statements.get(0));
    }

    private static @Nullable String refusal(SqlStatement statement) {
        if (statement.isTransactionControl()) {
            return "transaction control is not SQL text on the wire";
        }
        return switch (statement.firstWord()) {
            case "ATTACH", "DETACH" -> "ATTACH and DETACH are not possible over the wire";
            case "VACUUM" -> statement.hasWord("INTO") ? "VACUUM INTO is not possible over the wire" : null;
            case "PRAGMA" -> byPragma(Pragma.of(statement));
            case "EXPLAIN" -> byExplained(statement);
            case "BACKUP", "RESTORE" -> "backup and restore are not possible over the wire";
            case "CREATE" -> byCreated(statement);
            default -> byContent(statement);
        };
    }

    private static @Nullable String byPragma(Pragma pragma) {
        return pragma.isQuery() || pragma.isWrite()
                ? null
                : "PRAGMA " + pragma.name() + " is not possible over the wire";
    }

    /** Behind EXPLAIN, a PRAGMA may take effect when it is prepared. */
    private static @Nullable String byExplained(SqlStatement statement) {
        return statement.words().contains("PRAGMA") ? "EXPLAIN of a PRAGMA is not possible" : null;
    }

    /** A temporary trigger on the writer's connection would run in everybody's writes. */
    private static @Nullable String byCreated(SqlStatement statement) {
        Created created = Created.of(statement);
        if (isTemporary(statement) || created.schema().equals("TEMP")) {
            return "temporary objects live with the local connection";
        }
        boolean otherModule = !created.module().isEmpty() && !MODULES.contains(created.module());
        return otherModule
                ? "virtual tables of the module " + created.module() + " are not possible over the wire; possible are "
                        + String.join(", ", MODULES.stream().sorted().toList())
                : byContent(statement);
    }

    private static boolean isTemporary(SqlStatement statement) {
        String second = statement.words().size() > 1 ? statement.words().get(1) : "";
        return second.equals("TEMP") || second.equals("TEMPORARY");
    }

    private static @Nullable String byContent(SqlStatement statement) {
        if (statement.calls("LOAD_EXTENSION")) {
            return "load_extension is not possible over the wire";
        }
        return statement.calls("FTS3_TOKENIZER") ? "fts3_tokenizer is not possible over the wire" : null;
    }
}
