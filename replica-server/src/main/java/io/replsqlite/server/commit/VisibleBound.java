package io.replsqlite.server.commit;

import io.replsqlite.base.Txid;
import java.util.function.Consumer;

/**
 * Up to which txid SQLite may show commits. Raised before each COMMIT: whoever looks after it has seen a commit finds it
 * covered. Where readers need not know it, nothing is published. For the writer thread.
 */
final class VisibleBound {
    private final boolean published;
    private final Consumer<Txid> listener;
    private Txid bound = Txid.ZERO;

    VisibleBound(boolean published, Consumer<Txid> listener) {
        this.published = published;
        this.listener = listener;
    }

    /** One more commit than the log has may come. */
    void beforeCommitAfter(Txid head) {
        if (published) {
            set(head.next());
        }
    }

    /** No commit is under way. */
    void settledAt(Txid head) {
        if (published) {
            set(head);
        }
    }

    private void set(Txid txid) {
        if (!txid.equals(bound)) {
            bound = txid;
            listener.accept(txid);
        }
    }
}
