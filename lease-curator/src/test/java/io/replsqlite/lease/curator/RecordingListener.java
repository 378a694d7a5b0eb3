package io.replsqlite.lease.curator;

import io.replsqlite.base.Epoch;
import io.replsqlite.lease.Lease;
import io.replsqlite.lease.LeaseHolder;
import io.replsqlite.lease.LeaseListener;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Keeps what the provider says, and promises every epoch it hears of as a node does. */
final class RecordingListener implements LeaseListener {
    final BlockingQueue<Lease> granted = new LinkedBlockingQueue<>();
    final BlockingQueue<String> lost = new LinkedBlockingQueue<>();
    final BlockingQueue<LeaseHolder> holders = new LinkedBlockingQueue<>();
    final AtomicReference<Epoch> promised = new AtomicReference<>(Epoch.NONE);

    @Override
    public void granted(Lease lease) {
        promised.set(lease.epoch());
        granted.add(lease);
    }

    @Override
    public void lost(String reason) {
        lost.add(reason);
    }

    @Override
    public void heldBy(LeaseHolder holder) {
        promised.set(holder.epoch());
        holders.add(holder);
    }

    Lease awaitGrant() throws InterruptedException {
        return await(granted, "a grant");
    }

    String awaitLoss() throws InterruptedException {
        return await(lost, "a loss");
    }

    LeaseHolder awaitHolder() throws InterruptedException {
        return await(holders, "another holder");
    }

    private static <T> T await(BlockingQueue<T> queue, String what) throws InterruptedException {
        T found = queue.poll(20, TimeUnit.SECONDS);
        if (found == null) {
            throw new AssertionError("no word of " + what + " within 20 s");
        }
        return found;
    }
}
