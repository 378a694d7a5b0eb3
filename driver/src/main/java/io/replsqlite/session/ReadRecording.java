package io.replsqlite.session;

import io.replsqlite.wire.RecordedRead;
import io.replsqlite.wire.RowChecksum;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one result on a transaction's snapshot has shown the application so far. */
public final class ReadRecording {
    private final RecordedReads reads;
    private final String sql;
    private final List<@Nullable Object> parameters;
    private final RowChecksum checksum = new RowChecksum();
    private long rows;
    private boolean complete;

    ReadRecording(RecordedReads reads, String sql, List<@Nullable Object> parameters) {
        this.reads = reads;
        this.sql = sql;
        this.parameters = parameters;
    }

    public void row(List<@Nullable Object> values) {
        rows++;
        if (reads.countsRow()) {
            checksum.add(values);
        }
    }

    public long rows() {
        return rows;
    }

    /** The application was told that there are no more rows. */
    public void end() {
        complete = true;
    }

    /** The application was told whether there are rows, without reading one. */
    public void peeked() {
        if (rows == 0 && !complete) {
            reads.cannotBeRepeated("a result was asked whether it has rows before one was read");
        }
    }

    RecordedRead toMessage() {
        return new RecordedRead(sql, parameters, rows, complete, checksum.hex());
    }
}
