package io.replsqlite.server.commit;

import io.replsqlite.server.wal.WalMark;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * Several writes in one SQLite transaction, each under its own savepoint: one that fails is undone alone. Whatever ends
 * or blocks the transaction itself sends all of them back, to run one by one; nobody has been answered by then. For the
 * writer thread.
 */
final class SharedTransaction {
    private final Connection connection;
    private final WriterTransaction transaction;
    private final List<WriteTask<?>> tasks;

    /** What became of it. */
    enum Result {
        COMMITTED,
        /** Nothing was done; each write is to run in a transaction of its own. */
        SEND_BACK
    }

    SharedTransaction(Connection connection, WriterTransaction transaction, List<WriteTask<?>> tasks) {
        this.connection = connection;
        this.transaction = transaction;
        this.tasks = tasks;
    }

    /** Runs inside a transaction that has begun, and ends it. */
    Result run(WalMark before, WalEnd walEnd) throws IOException, SQLException {
        for (WriteTask<?> task : tasks) {
            if (!runUnderMark(task)) {
                transaction.rollback();
                return Result.SEND_BACK;
            }
        }
        try {
            transaction.commit();
            return Result.COMMITTED;
        } catch (SQLException refused) {
            boolean grown = !walEnd.now().equals(before); // before the lock goes: later a foreign commit may come
            transaction.rollback();
            if (grown) {
                throw new IOException("COMMIT failed and yet the WAL has grown", refused);
            }
            return Result.SEND_BACK;
        }
    }

    /** Where the WAL stands. */
    interface WalEnd {
        WalMark now() throws IOException;
    }

    /** False if the whole transaction is gone, and not only this write's part of it. */
    private boolean runUnderMark(WriteTask<?> task) throws SQLException {
        transaction.mark();
        try {
            task.run(connection);
        } catch (SQLException | RuntimeException refused) {
            task.refused(refused);
            return transaction.undoToMark();
        }
        return transaction.keepSinceMark();
    }
}
