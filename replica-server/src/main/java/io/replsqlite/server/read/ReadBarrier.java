package io.replsqlite.server.read;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.DeliberateBug;
import io.replsqlite.base.Position;
import io.replsqlite.server.capture.Capture;
import io.replsqlite.server.log.ChangeLog;
import io.replsqlite.server.quorum.Commitment;
import io.replsqlite.server.wal.WalIndex;
import io.replsqlite.server.wal.WalIndexHeader;
import java.io.IOException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * SQLite shows a commit before it is captured, durable in the log, and committed under the node's durability. A read that
 * saw it is answered only after that: otherwise a crash or a failover could take back what was shown.
 */
final class ReadBarrier {
    private static final long FIRST_PAUSE_NANOS = 20_000;
    private static final long LONGEST_PAUSE_NANOS = 1_000_000;

    private final WalIndex walIndex;
    private final Capture capture;
    private final ChangeLog log;
    private final Commitment commitment;

    ReadBarrier(WalIndex walIndex, Capture capture, ChangeLog log, Commitment commitment) {
        this.commitment = commitment;
        this.walIndex = walIndex;
        this.capture = capture;
        this.log = log;
    }

    /**
     * Waits until all that a snapshot taken before this call shows is durable and committed.
     *
     * @return a position that includes it; null if it was not in time
     */
    @Nullable
    Position await(Deadline deadline) throws IOException, InterruptedException {
        WalIndexHeader atLeast = walIndex.readHeader();
        long pauseNanos = FIRST_PAUSE_NANOS;
        // The WAL may have started over since: then what the newest header shows includes it.
        while (!isCaptured(atLeast) && !isCaptured(walIndex.readHeader())) {
            if (deadline.hasPassed()) {
                return null;
            }
            LockSupport.parkNanos(this, pauseNanos);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
        }
        Position head = log.head();
        boolean durable = log.durableGate().await(head.txid().value(), deadline);
        boolean mayShow = !commitment.waitsForOthers() || DeliberateBug.UNCOMMITTED_SHOWN.isMade();
        boolean shown = durable && (mayShow || commitment.await(head.txid(), deadline));
        return shown ? head : null;
    }

    private boolean isCaptured(@Nullable WalIndexHeader header) {
        return header != null && capture.hasCaptured(header);
    }
}
