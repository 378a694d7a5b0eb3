package io.replsqlite.route;

import io.replsqlite.route.Classification.Place;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Says where a statement runs; one instance per connection, its answers cached by SQL text.
 *
 * <p>A cached LOCAL needs no look at the schema: should it be wrong since, the local connection is natively read-only and
 * SQLite itself refuses the write. A cached PRIMARY holds as long as the temporary schema stays, where a table may take
 * another's name; with the file's own schema a statement that writes never becomes one that reads, so there is no need to
 * look into the file before each write. Whatever else is cached holds for one state of both schemas. All of it is
 * forgotten when the temporary tables change. What does not compile here is never cached.
 */
public final class StatementClassifier {
    private static final int CACHED = 1000;

    private static final Classification READ = new Classification(Place.LOCAL, "reads only");
    private static final Classification TEMPORARY_READ =
            new Classification(Place.LOCAL_CONNECTION, "reads temporary tables only");
    private static final Classification BOUND_READ =
            new Classification(Place.LOCAL, "reads only, and temporary tables too", null, true);
    private static final Classification TEMPORARY_WRITE =
            new Classification(Place.LOCAL_TEMPORARY, "writes to temporary tables");
    private static final Classification WRITE = new Classification(Place.PRIMARY, "writes");
    private static final Classification SCHEMA_CHANGE = new Classification(Place.PRIMARY, "may change the schema");

    private record Cached(Classification classification, long cookie) {}

    /** One field, so that a connection that threads share never gets the answer to another text. */
    private record Asked(String text, Cached answer) {}

    private final Program program;
    private final Map<String, Cached> cache = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Cached> eldest) {
            return size() > CACHED;
        }
    };

    // What was asked last: a prepared statement that runs again and again is found by one comparison.
    private @Nullable Asked last;

    private long seenTemporaryChanges;

    public StatementClassifier(Program program) {
        this.program = program;
    }

    /** Looks at the first statement of the text only. */
    public Classification classify(String sql) throws SQLException {
        forgetAfterTemporaryChanges();
        Asked before = last;
        if (before != null && sql.equals(before.text) && isCurrent(before.answer)) {
            return before.answer.classification;
        }
        Cached cached = cache.get(sql);
        if (cached == null || !isCurrent(cached)) {
            return classify(sql, SqlStatement.first(sql));
        }
        last = new Asked(sql, cached);
        return cached.classification;
    }

    private boolean isCurrent(Cached cached) throws SQLException {
        return cached.cookie == cookie(cached.classification.place());
    }

    /** Of what an answer depends on; what is known by the words alone depends on nothing, and costs no look. */
    private long cookie(Place place) throws SQLException {
        return switch (place) {
            case LOCAL, TRANSACTION_CONTROL, IGNORED, REFUSED, LOCAL_AND_REMEMBERED -> 0;
            case PRIMARY -> program.temporarySchemaCookie();
            case LOCAL_CONNECTION, LOCAL_TEMPORARY -> program.schemaCookie();
        };
    }

    private void forgetAfterTemporaryChanges() {
        long changes = program.temporaryChanges();
        if (changes != seenTemporaryChanges) {
            seenTemporaryChanges = changes;
            cache.clear();
            last = null;
        }
    }

    /** What was found for a text has turned out to be out of date. */
    public void forget(String sql) {
        Cached ignored = cache.remove(sql);
        last = null;
    }

    private Classification classify(String sql, SqlStatement statement) throws SQLException {
        Classification byRule = byRule(statement);
        Classification found = (byRule != null ? byRule : byProgram(statement)).hintedBy(sql);
        if (found.place() == Place.LOCAL_TEMPORARY && statement.firstWord().equals("CREATE")) {
            cache.clear(); // what it makes may hide a table of the same name from statements that were seen before
            last = null;
        } else if (!found.isUnknownHere()) {
            Cached entry = new Cached(found, cookie(found.place()));
            cache.put(sql, entry);
            last = new Asked(sql, entry);
        }
        return found;
    }

    private static @Nullable Classification byRule(SqlStatement statement) {
        if (statement.isTransactionControl()) {
            return new Classification(Place.TRANSACTION_CONTROL, "transaction control as text");
        }
        return switch (statement.firstWord()) {
            case "" -> new Classification(Place.LOCAL, "empty");
            case "PRAGMA" -> byPragma(Pragma.of(statement));
            case "SET" -> bySet(statement);
            case "ATTACH", "DETACH" -> refused("ATTACH and DETACH are not possible on a replicated connection");
            case "VACUUM" -> byVacuum(statement);
            case "EXPLAIN" -> new Classification(Place.LOCAL, "explains only");
            case "BACKUP" -> new Classification(Place.LOCAL, "copies the replica file");
            case "RESTORE" -> refused("restore would replace a replicated database");
            default -> statement.calls("LOAD_EXTENSION") ? refused("load_extension is not possible") : null;
        };
    }

    /** Not SQLite's, but Spring says it behind setReadOnly(true). */
    private static @Nullable Classification bySet(SqlStatement statement) {
        return statement.words().equals(List.of("SET", "TRANSACTION", "READ", "ONLY"))
                ? new Classification(Place.IGNORED, "the connection is read-only already")
                : null;
    }

    private static Classification byVacuum(SqlStatement statement) {
        return statement.hasWord("INTO")
                ? new Classification(Place.LOCAL, "copies the replica file")
                : new Classification(Place.PRIMARY, "rewrites the database");
    }

    private static Classification byPragma(Pragma pragma) {
        if (pragma.isQuery()) {
            return new Classification(Place.LOCAL, "PRAGMA that reads");
        }
        if (pragma.isLocalSetting()) {
            return new Classification(Place.LOCAL_CONNECTION, "PRAGMA of the local connection");
        }
        if (pragma.isSessionSetting()) {
            return new Classification(Place.LOCAL_AND_REMEMBERED, "PRAGMA that holds on both sides");
        }
        if (pragma.isWrite()) {
            return new Classification(Place.PRIMARY, "PRAGMA that changes the database");
        }
        return refused("PRAGMA " + pragma.name() + (pragma.argument().isEmpty() ? "" : " with an argument")
                + " is not possible on a replicated database");
    }

    private static Classification refused(String why) {
        return new Classification(Place.REFUSED, why);
    }

    /** IF EXISTS does nothing with the schema of this moment, but the primary's may be another one. */
    private static boolean dependsOnSchema(SqlStatement statement) {
        return switch (statement.firstWord()) {
            case "CREATE", "DROP" -> !statement.isTemporary();
            case "ALTER", "ANALYZE", "REINDEX" -> true;
            default -> false;
        };
    }

    private Classification byProgram(SqlStatement statement) {
        try {
            List<Program.Opcode> opcodes = program.explain(statement.text());
            if (opcodes.stream().anyMatch(Program.Opcode::opensWrite)) {
                return WRITE;
            }
            if (opcodes.stream().anyMatch(Program.Opcode::opensTemporaryWrite)) {
                return TEMPORARY_WRITE;
            }
            if (dependsOnSchema(statement)) {
                return SCHEMA_CHANGE; // what does nothing with this schema may with the primary's
            }
            if (statement.changesSchema()) {
                return TEMPORARY_WRITE; // or would be one, if it did anything
            }
            if (opcodes.stream().anyMatch(Program.Opcode::opensTemporary)) {
                return opcodes.stream().anyMatch(Program.Opcode::opensShared) ? BOUND_READ : TEMPORARY_READ;
            }
            return READ;
        } catch (SQLException doesNotCompile) {
            // The primary compiles it again and reports the error, or has the schema that this replica lacks.
            return Classification.UNKNOWN_HERE;
        }
    }
}
