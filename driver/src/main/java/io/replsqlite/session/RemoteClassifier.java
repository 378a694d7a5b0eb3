package io.replsqlite.session;

import io.replsqlite.route.Classification;
import io.replsqlite.route.Classification.Place;
import io.replsqlite.route.CounterFunctions;
import io.replsqlite.route.Pragma;
import io.replsqlite.route.SqlStatement;
import io.replsqlite.route.StatementClassifier;
import java.sql.SQLException;

/**
 * Says where a statement runs if there is no replica: by the schema's mirror, which is made anew when a statement does not
 * compile with it. What only reads goes to the primary as well, but not to its writer.
 */
final class RemoteClassifier {
    private final StatementClassifier classifier;
    private final Freshener freshener;

    /** Looks whether the primary's schema has changed. */
    interface Freshener {
        /** @return whether the mirror shows another one now */
        boolean freshen() throws SQLException;
    }

    RemoteClassifier(StatementClassifier classifier, Freshener freshener) {
        this.classifier = classifier;
        this.freshener = freshener;
    }

    void forget(String sql) {
        classifier.forget(sql);
    }

    Classification classify(String sql) throws SQLException {
        Classification found = classifier.classify(sql);
        if (found.isUnknownHere() && freshener.freshen()) {
            found = classifier.classify(sql);
        }
        return switch (found.place()) {
            case LOCAL -> withoutReplica(found, SqlStatement.first(sql));
            case LOCAL_TEMPORARY ->
                refused("temporary tables live beside a replica, and this connection has none: use an ordinary"
                        + " table, or a connection by the path of a node's database file");
            default -> found;
        };
    }

    private static Classification withoutReplica(Classification found, SqlStatement statement) {
        return switch (statement.firstWord()) {
            case "BACKUP", "VACUUM" ->
                refused("copying the replica file needs a replica, and this connection has none: use a connection by"
                        + " the path of a node's database file");
            case "PRAGMA" -> pragma(found, statement);
            case "" -> here(found);
            default -> readsCountersOnly(statement) ? here(found) : found;
        };
    }

    /** What a PRAGMA says of the connection itself is known here; of the database, at the primary. */
    private static Classification pragma(Classification found, SqlStatement statement) {
        Pragma pragma = Pragma.of(statement);
        return pragma.isOfConnection() ? here(found) : found;
    }

    /** They are known here. */
    private static boolean readsCountersOnly(SqlStatement statement) {
        return !statement.hasWord("FROM") && CounterFunctions.areCalledBy(statement);
    }

    private static Classification here(Classification found) {
        return new Classification(Place.LOCAL_CONNECTION, found.why(), found.hint());
    }

    private static Classification refused(String why) {
        return new Classification(Place.REFUSED, why);
    }
}
