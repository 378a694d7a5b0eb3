package io.replsqlite.server.node;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.replsqlite.base.DeliberateBug;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.FailurePoint;
import io.replsqlite.server.follow.EpochPromise;
import io.replsqlite.server.majority.PromiseStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * The highest epoch this node has promised to follow or has begun, and to whom, durable before anybody is answered. Safe
 * for any thread; a promise is written under the lock, because two must not be stored out of order.
 */
public final class EpochPromises implements EpochPromise, PromiseStore {
    private volatile Consumer<Epoch> onHeard = epoch -> {};

    @GuardedBy("this")
    private final PromiseFile file;

    /** Changed under the lock; read without it, as beats must not wait for the disk. Who was answered finds it here. */
    private volatile Promise highest;

    /** Over which the highest one was given, since the start. */
    @GuardedBy("this")
    private Epoch before = Epoch.NONE;

    /** @param nodeName empty if it is not known whose epoch it is */
    record Promise(Epoch epoch, String nodeName) {
        static final Promise NONE = new Promise(Epoch.NONE, "");

        /** The name may be learned later, but does not change. */
        boolean allows(Promise next) {
            boolean sameNode = nodeName.isEmpty() || next.nodeName.isEmpty() || nodeName.equals(next.nodeName);
            return next.epoch.isAfter(epoch) || (next.epoch.equals(epoch) && sameNode);
        }

        boolean addsTo(Promise before) {
            boolean isNamed = before.nodeName.isEmpty() && !nodeName.isEmpty();
            return epoch.isAfter(before.epoch) || (epoch.equals(before.epoch) && isNamed);
        }
    }

    /** Those of the node in this directory. */
    public static EpochPromises in(Path nodeDirectory) throws IOException {
        return new EpochPromises(new NodeFiles(nodeDirectory));
    }

    EpochPromises(NodeFiles files) throws IOException {
        this.file = files.promiseFile();
        this.highest = file.read();
    }

    @Override
    public Epoch highest() {
        return highest.epoch();
    }

    @Override
    public synchronized void promise(Epoch epoch, String nodeName) throws IOException {
        Promise next = new Promise(epoch, nodeName);
        if (!highest.allows(next) && !DeliberateBug.EPOCHS_IGNORED.isMade()) {
            throw new EpochOverException(
                    "Epoch " + epoch + " of node " + nodeName + " is over: this node has promised epoch "
                            + highest.epoch() + " to node " + highest.nodeName() + ".",
                    highest.epoch());
        }
        if (next.addsTo(highest)) {
            FailurePoint.PROMISE_STORING.reached();
            file.write(next);
            FailurePoint.PROMISE_STORED.reached();
            before = next.epoch().isAfter(highest.epoch()) ? highest.epoch() : before;
            highest = next;
        }
    }

    /** Whether this is the highest promise, and nothing between it and the epoch before was ever promised. */
    synchronized boolean followsAtOnce(Epoch epoch, Epoch epochBefore) {
        return highest.epoch().equals(epoch) && before.equals(epochBefore);
    }

    /** What need not be durable twice before anybody is answered. When nobody waits. */
    synchronized void settle() throws IOException {
        file.copy();
    }

    @Override
    public String promisedTo(Epoch epoch) {
        Promise known = highest;
        return known.epoch().equals(epoch) ? known.nodeName() : "";
    }

    @Override
    public boolean isPromisedTo(Epoch epoch, String nodeName) {
        return highest.equals(new Promise(epoch, nodeName));
    }

    @Override
    public void heard(Epoch promisedElsewhere) {
        onHeard.accept(promisedElsewhere);
    }

    /** @param listener must not block */
    public void onHeard(Consumer<Epoch> listener) {
        onHeard = listener;
    }
}
