package io.replsqlite.route;

import java.sql.SQLSyntaxErrorException;
import org.jspecify.annotations.Nullable;

/**
 * Where a statement runs, and why: the text that logs and {@code lastRoute()} show.
 *
 * @param hint what the statement asks for itself; null if nothing
 * @param isBoundHere whether a read needs temporary tables beside others, so that it must not run anywhere else
 */
public record Classification(
        Place place, String why, @Nullable ReadHint hint, boolean isBoundHere) {
    static final Classification UNKNOWN_HERE =
            new Classification(Place.PRIMARY, "does not compile with the schema here");

    public Classification(Place place, String why) {
        this(place, why, null);
    }

    public Classification(Place place, String why, @Nullable ReadHint hint) {
        this(place, why, hint, false);
    }

    /** The same, with the hint that stands before a text, if one does. */
    public Classification hintedBy(String sql) throws SQLSyntaxErrorException {
        ReadHint found = ReadHint.of(sql);
        return found == null ? this : new Classification(place, why, found, isBoundHere);
    }

    /** Whether it goes to the primary because SQLite here cannot say what it does. */
    public boolean isUnknownHere() {
        return place == UNKNOWN_HERE.place && why.equals(UNKNOWN_HERE.why);
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
        /** Nowhere: it says only what setReadOnly has said already. */
        IGNORED,
        /** BEGIN, COMMIT, ROLLBACK, SAVEPOINT, RELEASE as text. */
        TRANSACTION_CONTROL,
        /** Nowhere; the reason says what to do instead. */
        REFUSED
    }
}
