package io.replsqlite.server.follow;

import io.replsqlite.server.log.ChangeLog;
import java.io.IOException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** One database on this node's disk as a {@link FollowerLoop} finds it. For the loop's thread. */
public interface LocalCopy {
    /**
     * What is followed: as it is if it is open and its log takes records, else opened or received first.
     *
     * @param client fetches the first copy
     */
    Followed open(ResyncClient client) throws IOException, SQLException;

    /** What {@link #open} answered last, its log failed or not; null if nothing is open. */
    @Nullable
    Followed current();

    /** The log of what is open; null if nothing is. */
    @Nullable
    ChangeLog logIfOpen();

    /** Whether the disk has a copy, open or not. */
    boolean isFounded();
}
