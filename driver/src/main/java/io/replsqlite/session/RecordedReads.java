package io.replsqlite.session;

import io.replsqlite.wire.RecordedRead;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a transaction has read on its snapshot, for the primary to read again. Bounded: it is kept in memory, and repeated
 * while everybody else waits for the writer.
 */
public final class RecordedReads {
    static final int MAX_READS = 1_000;
    static final int MAX_ROWS = 100_000;
    static final long MAX_BYTES = 1 << 20;

    private final List<ReadRecording> reads = new ArrayList<>();
    private long rows;
    private long bytes;
    private @Nullable String unrepeatable;

    /** A result was opened; what the application is shown of it is to be told to the recording. */
    public ReadRecording begin(String sql, List<@Nullable Object> parameters) {
        ReadRecording recording = new ReadRecording(this, sql, parameters);
        bytes += sql.length();
        for (Object value : parameters) {
            bytes += size(value);
        }
        if (bytes > MAX_BYTES) {
            cannotBeRepeated("SQL and parameters of its reads have more than " + MAX_BYTES + " bytes");
        } else if (unrepeatable == null && reads.size() == MAX_READS) {
            cannotBeRepeated("it has more than " + MAX_READS + " reads");
        } else if (unrepeatable == null) {
            reads.add(recording);
        }
        return recording;
    }

    private static long size(@Nullable Object value) {
        if (value instanceof String text) {
            return text.length();
        }
        return value instanceof byte[] blob ? blob.length : Long.BYTES;
    }

    /** Whether another row is still worth its checksum. */
    boolean countsRow() {
        rows++;
        if (rows > MAX_ROWS) {
            cannotBeRepeated("it has read more than " + MAX_ROWS + " rows");
        }
        return unrepeatable == null;
    }

    /** From now on, only an unchanged database lets the transaction go on. */
    public void cannotBeRepeated(String why) {
        if (unrepeatable == null) {
            unrepeatable = why;
            reads.clear();
        }
    }

    /** Why the primary need not try; null if it may. */
    @Nullable
    String unrepeatable() {
        return unrepeatable;
    }

    List<RecordedRead> toMessage() {
        return unrepeatable != null
                ? List.of()
                : reads.stream().map(ReadRecording::toMessage).toList();
    }
}
