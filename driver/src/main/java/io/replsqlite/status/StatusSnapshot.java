package io.replsqlite.status;

import io.replsqlite.base.Position;
import io.replsqlite.base.Txid;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * One consistent content of a status page. Instants are readings of the host's monotonic clock.
 *
 * @param applied what the replica file shows
 * @param committed highest txid acknowledged under the durability in force
 * @param visible highest txid that the replica file may show, committed or not; zero where that need not be known
 * @param head highest txid the node knows the primary to have; its distance from applied is the lag
 * @param freshAsOfNanos a local read sees everything acknowledged until then; {@link #NEVER} if that is not known
 * @param leaseDeadlineNanos until when the node may act as primary; {@link #NEVER} without a lease
 * @param primaryUrl empty when unknown
 */
public record StatusSnapshot(
        UUID databaseId,
        Role role,
        Health health,
        Position applied,
        Txid committed,
        Txid visible,
        Txid head,
        long freshAsOfNanos,
        long heartbeatNanos,
        long leaseDeadlineNanos,
        long writerPid,
        String primaryUrl,
        String ownUrl,
        String nodeName) {
    public static final long NEVER = Long.MIN_VALUE;

    public StatusSnapshot {
        if (writerPid < 0) {
            throw new IllegalArgumentException("a process id is never negative: " + writerPid);
        }
        int textBytes = encodedLength(primaryUrl) + encodedLength(ownUrl) + encodedLength(nodeName);
        if (textBytes > StatusLayout.TEXTS_LENGTH) {
            throw new IllegalArgumentException("the URLs and the node name take " + textBytes
                    + " bytes, the status page has " + StatusLayout.TEXTS_LENGTH);
        }
    }

    private static int encodedLength(String text) {
        return Short.BYTES + text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** How many commits the replica file is behind what the node knows of the primary. */
    public long lagTxids() {
        return Math.max(0, head.value() - applied.txid().value());
    }
}
