package io.replsqlite.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a client was shown of one result on its snapshot.
 *
 * @param rows how many it was given
 * @param complete whether it was told that there are no more
 * @param checksum of those rows, see {@link RowChecksum}
 */
public record RecordedRead(
        String sql, List<@Nullable Object> parameters, long rows, boolean complete, String checksum) {
    public RecordedRead {
        if (rows < 0) {
            throw new IllegalArgumentException("a number of rows is never negative: " + rows);
        }
    }
}
