package io.replsqlite.examples.jdbi;

import io.replsqlite.api.Consistency;
import io.replsqlite.api.LastRoute;
import io.replsqlite.api.ReplicaConnection;
import io.replsqlite.api.Token;
import java.io.PrintStream;
import java.sql.SQLException;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementException;
import org.jdbi.v3.core.transaction.TransactionException;

/**
 * Takes notes on one node and reads them on another, asks one connection for more than the others, and changes two rows
 * in one transaction. Arguments: the database files of two nodes of one cluster.
 */
public final class JdbiExample {
    /** What a read must see, and how long it may wait for that, stands in the URL: each data source has its own. */
    private static final String SETTINGS = "?consistency=session&readTimeout=10s&foreign_keys=true";

    private static final int ATTEMPTS = 5;

    private final Jdbi here;
    private final Jdbi there;
    private final PrintStream out;

    JdbiExample(String hereFile, String thereFile, PrintStream out) {
        this.here = Jdbi.create("jdbc:replsqlite:" + hereFile + SETTINGS);
        this.there = Jdbi.create("jdbc:replsqlite:" + thereFile + SETTINGS);
        this.out = out;
    }

    public static void main(String[] arguments) throws SQLException {
        if (arguments.length != 2) {
            System.err.println("usage: JdbiExample FILE-OF-ONE-NODE FILE-OF-ANOTHER-NODE");
            System.exit(2);
        }
        new JdbiExample(arguments[0], arguments[1], System.out).run();
    }

    void run() throws SQLException {
        Token written;
        try (Handle handle = here.open()) {
            written = writeAndReadBack(handle);
        }
        // The token is text: it travels in a header, a cookie or a message to whoever must see this write.
        String carried = written.toString();
        try (Handle handle = there.open()) {
            readElsewhere(handle, Token.parse(carried));
            askForMore(handle);
        }
        moveToTheEnd();
    }

    /** The writes run at the primary wherever this is; the read runs on the local file and sees them. */
    private Token writeAndReadBack(Handle handle) throws SQLException {
        handle.execute("create table if not exists note(id integer primary key, text text not null)");
        route(handle, "create table");
        handle.createUpdate("insert into note(text) values (:text)")
                .bind(
                        "text",
                        "written over " + handle.getConnection().getMetaData().getURL())
                .execute();
        route(handle, "insert");
        show(notes(handle));
        route(handle, "select");
        return replica(handle).token();
    }

    /** Without the token this node might show a moment before the write; with it, it waits for what is missing. */
    private void readElsewhere(Handle handle, Token token) throws SQLException {
        replica(handle).adopt(token);
        show(notes(handle));
        route(handle, "select on the other node");
    }

    /** What one connection needs, or one statement; the others stay as the URL says. */
    private void askForMore(Handle handle) throws SQLException {
        replica(handle).setConsistency(Consistency.LINEARIZABLE);
        handle.createQuery("select count(*) from note").mapTo(long.class).one();
        route(handle, "linearizable select");
        handle.createQuery("/*+ replsqlite: consistency=primary */ select count(*) from note")
                .mapTo(long.class)
                .one();
        route(handle, "select with a hint");
    }

    /**
     * Reads and writes in one transaction, which runs at the primary from its first statement on. If its node is lost
     * before COMMIT was sent, the state is 40001: certainly nothing has happened, so it runs again from the start.
     */
    private void moveToTheEnd() throws SQLException {
        for (int attempt = 1; ; attempt++) {
            try {
                long moved = there.inTransaction(JdbiExample::moveFirstNote);
                out.println("transaction: the first note is " + moved + " now");
                return;
            } catch (TransactionException | StatementException lost) {
                if (attempt == ATTEMPTS || !isSerializationFailure(lost)) {
                    throw lost;
                }
            }
        }
    }

    private static long moveFirstNote(Handle handle) {
        long first =
                handle.createQuery("select min(id) from note").mapTo(long.class).one();
        long next = handle.createQuery("select max(id) + 1 from note")
                .mapTo(long.class)
                .one();
        handle.createUpdate("update note set id = :next where id = :first")
                .bind("next", next)
                .bind("first", first)
                .execute();
        return next;
    }

    private static boolean isSerializationFailure(Throwable failure) {
        return failure.getCause() instanceof SQLException cause && "40001".equals(cause.getSQLState());
    }

    private static List<String> notes(Handle handle) {
        return handle.createQuery("select id || ': ' || text from note order by id")
                .mapTo(String.class)
                .list();
    }

    private void show(List<String> notes) {
        notes.forEach(note -> out.println("  " + note));
    }

    private void route(Handle handle, String what) throws SQLException {
        LastRoute route = replica(handle).lastRoute();
        out.println(what + ": ran at " + route.place() + " (" + route.why() + "), transaction " + route.txid());
    }

    private static ReplicaConnection replica(Handle handle) throws SQLException {
        return handle.getConnection().unwrap(ReplicaConnection.class);
    }
}
