package io.replsqlite.server.sqlite;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.BooleanSupplier;
import org.sqlite.ProgressHandler;

/** Asks between the steps of long statements whether they are to be given up; those then fail as interrupted. */
public final class StatementQuestion {
    /** Of SQLite's machine, or pages of a tree that is checked: well below a millisecond. */
    private static final int STEPS_BETWEEN = 100;

    private StatementQuestion() {}

    /** @param giveUp asked on the thread that runs a statement of this connection; must not use the connection */
    public static void ask(Connection connection, BooleanSupplier giveUp) throws SQLException {
        ProgressHandler.setHandler(connection, STEPS_BETWEEN, new ProgressHandler() {
            @Override
            protected int progress() {
                return giveUp.getAsBoolean() ? 1 : 0;
            }
        });
    }
}
