package io.replsqlite.server.rescue;

import io.replsqlite.base.DeliberateBug;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.FailurePoint;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.server.files.DurableFiles;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;

/** Keeps a tail: afterwards it is durable in a directory of its own, or nothing is there. For the follower's thread. */
public final class Rescue {
    private static final Logger LOG = System.getLogger(Rescue.class.getName());

    private final Path stateDirectory;
    private final Context context;
    private final MonotonicClock clock;

    /**
     * Whose tail it is, and who has won.
     *
     * @param lostTo the epoch of the primary whose state is about to be laid over it
     */
    public record Context(
            String database, UUID databaseId, String node, int pageSize, Epoch lostTo, String lostToHolder) {}

    public Rescue(Path stateDirectory, Context context, MonotonicClock clock) {
        this.stateDirectory = stateDirectory;
        this.context = context;
        this.clock = clock;
    }

    /** Does nothing for an empty tail, or for one that an attempt before a crash has rescued. */
    public void keep(DivergentTail tail, TailExtent extent, RowDecoding decoding) throws IOException {
        if (DeliberateBug.TAIL_NOT_RESCUED.isMade()) {
            return;
        }
        if (extent.isEmpty()) {
            return;
        }
        if (isKept(tail, extent)) {
            return;
        }
        Path parent = stateDirectory.resolve(RescuedTail.PARENT);
        DurableFiles.createDirectories(parent);
        Path directory = parent.resolve(RescuedTail.nameOf(extent, tail.logHead()));
        Path temporary = DurableFiles.temporaryFor(directory);
        DurableFiles.deleteTree(temporary);
        DurableFiles.createDirectories(temporary);
        write(tail, extent, decoding, temporary);
        FailurePoint.RESCUE_WRITTEN.reached();
        DurableFiles.move(temporary, directory);
        FailurePoint.RESCUE_NAMED.reached();
        LOG.log(
                Level.WARNING,
                "{0}: {1} transactions of this node, after {2}, are not part of the history of epoch {3} ({4}). They are"
                        + " kept in {5}; look at them with: ./replsqlite rescued {5}",
                context.database,
                extent.commits(),
                tail.common(),
                context.lostTo,
                context.lostToHolder,
                directory);
    }

    /** A manifest that somebody has damaged must not keep the next tail from being rescued. */
    private boolean isKept(DivergentTail tail, TailExtent extent) throws IOException {
        for (Path directory : RescuedTail.directoriesOf(stateDirectory)) {
            try {
                RescuedTail earlier = RescuedTail.open(directory);
                if (earlier.covers(tail) && earlier.manifest().transactions() >= extent.commits()) {
                    return true;
                }
            } catch (IOException damaged) {
                LOG.log(Level.WARNING, "{0}: {1}", context.database, damaged.getMessage());
            }
        }
        return false;
    }

    private void write(DivergentTail tail, TailExtent extent, RowDecoding decoding, Path directory) throws IOException {
        try (TailWriter writer = new TailWriter(directory, context.pageSize)) {
            tail.visit(writer);
            writer.finish();
        }
        RowDecoding.Result rows = decoding.run(tail, RescuedTail.rowsIn(directory));
        Manifest manifest = new Manifest(
                context.database,
                context.databaseId,
                context.node,
                Instant.ofEpochMilli(clock.wallMillis()),
                extent.lastEpoch(),
                extent.first(),
                extent.last(),
                tail.common(),
                tail.logHead(),
                context.lostTo,
                context.lostToHolder,
                extent.commits(),
                extent.notLogged(),
                context.pageSize,
                rows.rows(),
                rows.pageLines(),
                rows.undecoded());
        DurableFiles.replace(directory.resolve(Manifest.FILE_NAME), manifest.encode());
    }
}
