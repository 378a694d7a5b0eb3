package io.replsqlite.jdbc;

import io.replsqlite.base.Deadline;
import io.replsqlite.route.Classification;
import io.replsqlite.session.ReadPermit;
import io.replsqlite.session.RouteNote;
import io.replsqlite.session.Session;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.SQLWarning;
import org.jspecify.annotations.Nullable;

/** How the last execution of one statement came to where it ran. */
final class ReadRoute {
    private final RouteNote note = new RouteNote();
    private @Nullable ReadPermit permit;
    private @Nullable SQLWarning warning;

    RouteNote note() {
        return note;
    }

    /** Before the next execution. */
    void forget() {
        permit = null;
        warning = null;
    }

    /** Passes the consistency gate; false if the read is to run at the primary. */
    boolean isLocal(Session session, Classification classification, @Nullable Deadline limit) throws SQLException {
        ReadPermit granted = session.permitRead(classification.hint(), limit);
        permit = granted;
        if (granted.place() == ReadPermit.Place.LOCAL_STALE) {
            warn(granted.why());
        }
        boolean here = granted.place() != ReadPermit.Place.PRIMARY;
        if (!here && classification.isBoundHere()) {
            throw notMovable(granted.why());
        }
        return here;
    }

    /** Temporary tables exist on one connection alone; elsewhere their names mean nothing, or other tables. */
    static SQLException notMovable(String why) {
        return new SQLTransientConnectionException(
                "the statement reads temporary tables beside others, so it cannot run at the primary, where it should"
                        + " because it " + why + ": nothing was read",
                "58R01");
    }

    /** The policy lets it be shown what it should not see yet. */
    void warn(String why) {
        warning = new SQLWarning("this read may not see what it was asked to see: " + why, "01000");
    }

    /** What the gate let through must run at the primary after all. */
    void moved(ReadPermit toPrimary) {
        permit = toPrimary;
    }

    /** What the gate said, where it had a say. */
    String why(Classification classification) {
        ReadPermit granted = permit;
        return granted == null || classification.place() != Classification.Place.LOCAL
                ? classification.why()
                : granted.why();
    }

    @Nullable
    SQLWarning warning() {
        return warning;
    }
}
