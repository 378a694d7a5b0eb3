package io.replsqlite.server.database;

import io.replsqlite.base.MonotonicClock;
import io.replsqlite.server.commit.CommitWriter;
import io.replsqlite.server.commit.PrimaryFiles;
import io.replsqlite.server.config.DurabilitySettings;
import io.replsqlite.server.execute.StatementExecutor;
import io.replsqlite.server.outcome.LoggedOutcomes;
import io.replsqlite.server.outcome.RequestOutcomes;
import io.replsqlite.server.quorum.Commitment;
import io.replsqlite.server.read.Reads;
import io.replsqlite.server.sqlite.SqliteFiles;
import io.replsqlite.server.transaction.Transactions;
import java.io.IOException;
import java.util.function.BooleanSupplier;

/** What a primary does for drivers, besides single writes; ends with its tenure. */
record ClientServices(RequestOutcomes outcomes, Transactions transactions, Reads reads) {
    static ClientServices begin(
            String databaseName,
            ClientLimits limits,
            DurabilitySettings durability,
            SqliteFiles sqlite,
            PrimaryFiles files,
            LoggedOutcomes logged,
            CommitWriter writer,
            Commitment commitment,
            BooleanSupplier holdsLease,
            MonotonicClock clock)
            throws IOException {
        StatementExecutor executor = new StatementExecutor(limits.results());
        RequestOutcomes outcomes =
                RequestOutcomes.of(logged, files.log(), commitment.opened(), durability.commitTimeout());
        Transactions transactions = new Transactions(
                databaseName,
                writer,
                outcomes,
                executor,
                limits.pages(),
                limits.transactions(),
                holdsLease,
                files.log()::durableHead,
                commitment,
                clock);
        Reads reads = new Reads(
                databaseName,
                sqlite,
                files,
                commitment,
                executor,
                limits.pages(),
                limits.maxReaders(),
                limits.transactions().idleLimit(),
                holdsLease,
                clock);
        return new ClientServices(outcomes, transactions, reads);
    }

    /** Ends what clients have open; the writer's thread rolls transactions back. */
    void close() {
        transactions.close();
        reads.close();
    }
}
