package io.replsqlite.harness.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.api.OutcomeUnknownException;
import io.replsqlite.harness.history.Outcome;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** Every line of the table in {@code docs/errors.md}. */
class TellingTest {
    @Test
    void onlyWhatSaysThatNothingHappenedCountsAsFailed() {
        assertThat(Telling.outcome(new SQLTransientConnectionException("none", "08001")))
                .isEqualTo(Outcome.FAIL);
        assertThat(Telling.outcome(new SQLException("lost", "40001"))).isEqualTo(Outcome.FAIL);
        assertThat(Telling.outcome(new SQLException("late", "57014"))).isEqualTo(Outcome.FAIL);
        assertThat(Telling.outcome(new SQLException("stale", "58R01"))).isEqualTo(Outcome.FAIL);
        assertThat(Telling.outcome(new SQLiteException("busy", SQLiteErrorCode.SQLITE_BUSY)))
                .isEqualTo(Outcome.FAIL);
        assertThat(Telling.outcome(new OutcomeUnknownException("?", "id"))).isEqualTo(Outcome.UNKNOWN);
        assertThat(Telling.outcome(new SQLException("what?", "08007"))).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void whatTheTableDoesNotKnowIsUnknownAndMarked() {
        SQLException strange = new SQLException("strange", "99999");
        assertThat(Telling.outcome(strange)).isEqualTo(Outcome.UNKNOWN);
        assertThat(Telling.note(strange)).startsWith(Telling.UNCLASSIFIED);
        assertThat(Telling.note(new OutcomeUnknownException("?", "id"))).doesNotStartWith(Telling.UNCLASSIFIED);
    }
}
