package io.replsqlite.server.rescue;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.server.btree.PageView;
import io.replsqlite.server.btree.UnreadablePageException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Tells a tail row by row, from the pages before its first transaction and those of each transaction. What cannot be told,
 * for a page that is not known or for want of time, is said page by page. For one tail.
 */
public final class TailDecoder implements RowDecoding {
    private static final Logger LOG = System.getLogger(TailDecoder.class.getName());

    /** The cluster's state waits for it. */
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final CommonState common;
    private final int pageSize;
    private final MonotonicClock clock;

    /** The database at the common position, as far as it is known. */
    public interface CommonState extends AutoCloseable {
        PageView pages();

        @Override
        void close() throws IOException;
    }

    /** @param common closed in the end */
    public TailDecoder(CommonState common, int pageSize, MonotonicClock clock) {
        this.common = common;
        this.pageSize = pageSize;
        this.clock = clock;
    }

    @Override
    public Result run(DivergentTail tail, Path rowsFile) throws IOException {
        Deadline deadline = Deadline.after(LIMIT, clock);
        PageView limited = page -> {
            if (deadline.hasPassed()) {
                throw new UnreadablePageException("telling the rows took longer than " + LIMIT.toSeconds() + " s");
            }
            return common.pages().page(page);
        };
        try (common;
                ColumnReader columns = new ColumnReader();
                TailWriter.SyncedFile file = new TailWriter.SyncedFile(rowsFile);
                PageLayers layers = new PageLayers(limited, pageSize, rowsFile)) {
            RowLines lines = new RowLines(file);
            tail.visit(new TransactionRows(layers, columns, lines, deadline::hasPassed));
            file.finish();
            return new Result(lines.rows(), lines.pageLines(), null);
        } catch (SQLException failure) {
            LOG.log(Level.WARNING, "the rows of a rescued tail cannot be told", failure);
            return new Result(0, 0, "SQLite in memory failed: " + failure.getMessage());
        }
    }
}
