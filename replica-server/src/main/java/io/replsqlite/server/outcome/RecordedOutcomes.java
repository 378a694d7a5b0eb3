package io.replsqlite.server.outcome;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.Txid;
import io.replsqlite.wire.ExecuteResponse;
import io.replsqlite.wire.RequestId;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What became of requests, the oldest of them forgotten first where they take too much. Safe for any thread. */
final class RecordedOutcomes {
    /** What an entry takes besides its answer, measured on a 64-bit JVM and rounded up. */
    private static final int ENTRY_OVERHEAD_BYTES = 200;

    private final long maxBytes;

    @GuardedBy("this")
    private final Map<RequestId, Recorded> byId = new HashMap<>();

    @GuardedBy("this")
    private final ArrayDeque<Recorded> byAge = new ArrayDeque<>();

    @GuardedBy("this")
    private long bytes;

    @GuardedBy("this")
    private Txid completeSince;

    /** One request's outcome, and where it is in the log. */
    record Recorded(OutcomeEntry entry, Epoch epoch, Txid txid) {
        ExecuteResponse response() throws IOException {
            return entry.response().at(epoch, txid);
        }

        private long sizeBytes() {
            return (long) entry.answer().length + ENTRY_OVERHEAD_BYTES;
        }
    }

    /** @param completeSince nothing is known of what was committed up to here */
    RecordedOutcomes(Txid completeSince, long maxBytes) {
        this.completeSince = completeSince;
        this.maxBytes = maxBytes;
    }

    synchronized @Nullable Recorded find(RequestId id) {
        return byId.get(id);
    }

    /** Whether every request that was committed after {@code txid} would be found here. */
    synchronized boolean isCompleteSince(Txid txid) {
        return txid.compareTo(completeSince) >= 0;
    }

    /** Any request that was sent before this commit may be in it. */
    synchronized void forgetUpTo(Txid txid) {
        completeSince = txid;
    }

    synchronized void add(OutcomeEntry entry, Epoch epoch, Txid txid) {
        Recorded newest = new Recorded(entry, epoch, txid);
        Recorded before = byId.put(entry.id(), newest);
        if (before != null) {
            return; // the same request twice in one history cannot be; keep the books right all the same
        }
        byAge.add(newest);
        bytes += newest.sizeBytes();
        while (bytes > maxBytes) {
            Recorded oldest = byAge.remove();
            byId.remove(oldest.entry.id());
            bytes -= oldest.sizeBytes();
            completeSince = oldest.txid.compareTo(completeSince) > 0 ? oldest.txid : completeSince;
        }
    }
}
