package io.replsqlite.server.follow;

import io.replsqlite.server.log.ChangeLog;
import io.replsqlite.server.store.LostLog;
import java.io.IOException;
import java.sql.SQLException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One database on this node's disk as a {@link FollowerLoop} finds it. For the loop's thread. */
public interface LocalCopy {
    /**
     * What is followed: as it is if it is open and its log takes records, else opened or received first.
     *
     * @param client fetches the first copy
     * @param mustEnd whether to give up, asked often
     */
    Followed open(ResyncClient client, BooleanSupplier mustEnd) throws IOException, SQLException;

    /** What {@link #open} answered last, its log failed or not; null if nothing is open. */
    @Nullable
    Followed current();

    /** The log of what is open; null if nothing is. */
    @Nullable
    ChangeLog logIfOpen();

    /** Whether a part of the log is lost that was acknowledged. */
    LostLog lostLog();

    /** Whether the disk has a copy, open or not. */
    boolean isFounded();
}
