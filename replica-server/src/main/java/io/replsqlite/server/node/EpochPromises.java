package io.replsqlite.server.node;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.replsqlite.base.Epoch;
import io.replsqlite.server.follow.EpochPromise;
import java.io.IOException;

/**
 * The highest epoch this node has promised to follow or has begun, durable before anybody is answered. Safe for any
 * thread; a promise is written under the lock, because two must not be stored out of order.
 */
final class EpochPromises implements EpochPromise {
    private final NodeFiles files;

    @GuardedBy("this")
    private Epoch highest;

    EpochPromises(NodeFiles files) throws IOException {
        this.files = files;
        this.highest = files.readEpoch();
    }

    synchronized Epoch highest() {
        return highest;
    }

    @Override
    public synchronized void promise(Epoch epoch) throws IOException {
        if (highest.isAfter(epoch)) {
            throw new IOException("Epoch " + epoch + " is over: this node has promised epoch " + highest
                    + ". Whoever speaks in " + epoch + " is no longer the primary.");
        }
        if (epoch.isAfter(highest)) {
            files.writeEpoch(epoch);
            highest = epoch;
        }
    }
}
