package io.replsqlite.server.database;

import io.replsqlite.server.execute.ExecuteLimits;
import io.replsqlite.server.execute.PageLimits;
import io.replsqlite.server.transaction.TransactionSettings;
import java.time.Duration;

/**
 * What drivers may take of a primary.
 *
 * @param maxReaders reads that run or are unfinished, outside transactions
 */
public record ClientLimits(ExecuteLimits results, PageLimits pages, TransactionSettings transactions, int maxReaders) {
    public static final ClientLimits DEFAULT = new ClientLimits(
            ExecuteLimits.DEFAULT,
            PageLimits.DEFAULT,
            new TransactionSettings(Duration.ofSeconds(30), Duration.ofSeconds(5), 100),
            16);
}
