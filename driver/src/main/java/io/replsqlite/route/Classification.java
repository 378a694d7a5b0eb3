package io.replsqlite.route;

/** Where a statement runs, and why: the text that logs and {@code lastRoute()} show. */
public record Classification(Place place, String why) {
    static final Classification UNKNOWN_HERE =
            new Classification(Place.PRIMARY, "does not compile with the schema here");

    /** Whether it goes to the primary because SQLite here cannot say what it does. */
    public boolean isUnknownHere() {
        return equals(UNKNOWN_HERE);
    }

    public enum Place {
        /** On the replica file. */
        LOCAL,
        /** On the main connection to the replica file, whatever the transaction: it concerns that connection alone. */
        LOCAL_CONNECTION,
        /** On the main connection to the replica file, which alone has the temporary tables. */
        LOCAL_TEMPORARY,
        /** A PRAGMA that runs on the replica file's connection and is remembered for the primary. */
        LOCAL_AND_REMEMBERED,
        /** At the primary. */
        PRIMARY,
        /** BEGIN, COMMIT, ROLLBACK, SAVEPOINT, RELEASE as text. */
        TRANSACTION_CONTROL,
        /** Nowhere; the reason says what to do instead. */
        REFUSED
    }
}
