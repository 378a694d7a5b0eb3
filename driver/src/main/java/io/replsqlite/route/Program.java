package io.replsqlite.route;

import java.sql.SQLException;
import java.util.List;

/** Asks SQLite how it would run a statement. */
public interface Program {
    /** One line of EXPLAIN. */
    record Opcode(String name, long p1, long p2) {
        private static final long TEMP_DATABASE = 1;

        /** A write transaction on anything but the connection's own temporary database. */
        public boolean opensWrite() {
            return name.equals("Transaction") && p2 != 0 && p1 != TEMP_DATABASE;
        }

        /** Whether it reads or writes the connection's own temporary database. */
        boolean opensTemporary() {
            return name.equals("Transaction") && p1 == TEMP_DATABASE;
        }

        /** Whether it reads or writes another than that. */
        boolean opensShared() {
            return name.equals("Transaction") && p1 != TEMP_DATABASE;
        }

        /** A write transaction on the connection's own temporary database. */
        boolean opensTemporaryWrite() {
            return name.equals("Transaction") && p2 != 0 && p1 == TEMP_DATABASE;
        }
    }

    /** @throws SQLException if the statement does not compile */
    List<Opcode> explain(String sql) throws SQLException;

    /** A number that changes with the connection's own temporary schema. A rollback takes it back. */
    long temporarySchemaCookie() throws SQLException;

    /** A number that changes with this and with the schema of the file. */
    long schemaCookie() throws SQLException;

    /** Counts whatever may have made a name mean another table than before on this connection; costs nothing. */
    long temporaryChanges();
}
