package io.replsqlite.harness.torture;

import io.replsqlite.api.OutcomeUnknownException;
import io.replsqlite.harness.history.Outcome;
import java.sql.SQLException;
import java.util.Set;
import org.sqlite.SQLiteException;

/** What an exception says of a write, by the table in {@code docs/errors.md}. */
final class Telling {
    static final String UNCLASSIFIED = "unclassified";

    private static final Set<String> NOTHING_HAPPENED = Set.of("08001", "40001", "57014", "58R01", "58R02");

    private Telling() {}

    static Outcome outcome(SQLException told) {
        if (told instanceof OutcomeUnknownException) {
            return Outcome.UNKNOWN;
        }
        boolean nothing =
                told instanceof SQLiteException || NOTHING_HAPPENED.contains(String.valueOf(told.getSQLState()));
        return nothing ? Outcome.FAIL : Outcome.UNKNOWN;
    }

    /** An exception that the table does not know is marked, so that the report counts it. */
    static String note(SQLException told) {
        boolean known = told instanceof OutcomeUnknownException || outcome(told) == Outcome.FAIL;
        return (known ? "" : UNCLASSIFIED + " ") + told.getSQLState() + " "
                + told.getClass().getSimpleName() + ": " + told.getMessage();
    }
}
