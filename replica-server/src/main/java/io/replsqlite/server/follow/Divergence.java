package io.replsqlite.server.follow;

import io.replsqlite.base.Position;
import io.replsqlite.server.log.ChangeLog;
import io.replsqlite.server.log.LogCorruptedException;
import io.replsqlite.server.log.Tenure;
import io.replsqlite.server.rescue.DivergentTail;
import io.replsqlite.server.rescue.Leftovers;
import io.replsqlite.server.rescue.Rescue;
import io.replsqlite.server.rescue.TailExtent;
import io.replsqlite.server.store.OpenDatabase;
import io.replsqlite.server.stream.CommonAnswer;
import io.replsqlite.server.stream.CommonAnswer.Reach;
import io.replsqlite.server.stream.CommonRequest;
import io.replsqlite.server.stream.RewindRequest;
import io.replsqlite.server.stream.SnapshotEnds;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What this node has that its primary has not.
 *
 * @param tail everything after the last position that both have
 * @param isExact whether that position is known; else the tail is only what the log itself does not have
 * @param isInPrimarysLog whether the primary can tell what it has changed since then
 */
record Divergence(DivergentTail tail, TailExtent extent, boolean isExact, boolean isInPrimarysLog) {

    private static final Logger LOG = System.getLogger(Divergence.class.getName());

    static Divergence find(OpenDatabase database, @Nullable Leftovers leftovers, ResyncClient client)
            throws IOException {
        ChangeLog log = database.log();
        CommonAnswer answer = client.common(new CommonRequest(database.id(), log.durableHead(), log.epochHistory()));
        try {
            Optional<Position> common = CommonPlace.in(log, answer);
            DivergentTail tail = new DivergentTail(log, common.orElse(log.durableHead()), leftovers);
            return new Divergence(tail, tail.extent(), common.isPresent(), answer.reach() == Reach.LOG);
        } catch (LogCorruptedException damaged) {
            LOG.log(
                    Level.WARNING,
                    "What this node has beyond the primary''s history cannot be told apart: {0}. The log is set aside whole.",
                    damaged.getMessage());
            DivergentTail nothing = new DivergentTail(log, log.durableHead(), null);
            return new Divergence(nothing, new TailExtent(), false, false);
        }
    }

    boolean canRewind() {
        return isExact && isInPrimarysLog;
    }

    RewindRequest request(OpenDatabase database) {
        return new RewindRequest(database.id(), tail.common(), extent.keptPages(), extent.pages());
    }

    /** Whose tail it is, and who has won, for the manifest. */
    static Rescue.Context context(
            String databaseName, OpenDatabase database, ResyncClient client, SnapshotEnds.End end) {
        List<Tenure> history = end.history();
        String holder = history.isEmpty() ? "" : history.get(history.size() - 1).holder();
        return new Rescue.Context(
                databaseName,
                database.id(),
                client.nodeName(),
                database.pageSize(),
                end.position().epoch(),
                holder);
    }
}
