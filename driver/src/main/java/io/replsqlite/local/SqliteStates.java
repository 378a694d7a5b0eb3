package io.replsqlite.local;

import org.jspecify.annotations.Nullable;

/** The SQLState of each of SQLite's result codes, from the extended code where that says more. */
final class SqliteStates {
    private static final int CONSTRAINT_CHECK = 275;
    private static final int CONSTRAINT_FOREIGN_KEY = 787;
    private static final int CONSTRAINT_NOT_NULL = 1299;
    private static final int CONSTRAINT_PRIMARY_KEY = 1555;
    private static final int CONSTRAINT_UNIQUE = 2067;
    private static final int CONSTRAINT_ROWID = 2579;

    private SqliteStates() {}

    static @Nullable String of(int extendedCode) {
        return switch (extendedCode) {
            case CONSTRAINT_UNIQUE, CONSTRAINT_PRIMARY_KEY, CONSTRAINT_ROWID -> "23505";
            case CONSTRAINT_FOREIGN_KEY -> "23503";
            case CONSTRAINT_NOT_NULL -> "23502";
            case CONSTRAINT_CHECK -> "23514";
            default -> ofPrimary(extendedCode & 0xff);
        };
    }

    private static @Nullable String ofPrimary(int primaryCode) {
        return switch (primaryCode) {
            case 1 -> "42000"; // ERROR: the statement is wrong
            case 5, 6 -> "40001"; // BUSY, LOCKED: try the transaction again
            case 8 -> "25006"; // READONLY
            case 9 -> "57014"; // INTERRUPT
            case 14 -> "08001"; // CANTOPEN
            case 19 -> "23000"; // CONSTRAINT of another kind
            default -> null;
        };
    }
}
