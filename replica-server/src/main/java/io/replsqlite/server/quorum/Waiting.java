package io.replsqlite.server.quorum;

import io.replsqlite.base.Deadline;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;

/** Those who wait for one level of durability, in order of their txids. For one thread at a time. */
final class Waiting {
    private static final class One {
        private final long txid;
        private final Deadline deadline;
        private final CommitWaiter waiter;
        private boolean late;

        One(long txid, Deadline deadline, CommitWaiter waiter) {
            this.txid = txid;
            this.deadline = deadline;
            this.waiter = waiter;
        }
    }

    private final ArrayDeque<One> inOrder = new ArrayDeque<>();

    void add(long txid, Deadline deadline, CommitWaiter waiter) {
        inOrder.add(new One(txid, deadline, waiter));
    }

    boolean isEmpty() {
        return inOrder.isEmpty();
    }

    /** Adds to {@code calls} what those are to be told who wait for no more than this txid. */
    void takeReached(long txid, List<Runnable> calls) {
        Iterator<One> all = inOrder.iterator();
        while (all.hasNext()) {
            One one = all.next();
            if (one.txid <= txid) {
                all.remove();
                calls.add(one.waiter::committed);
            }
        }
    }

    void takeLate(List<Runnable> calls) {
        for (One one : inOrder) {
            if (!one.late && one.deadline.hasPassed()) {
                one.late = true;
                calls.add(one.waiter::late);
            }
        }
    }

    void takeAll(String why, List<Runnable> calls) {
        inOrder.forEach(one -> calls.add(() -> one.waiter.ended(why)));
        inOrder.clear();
    }
}
