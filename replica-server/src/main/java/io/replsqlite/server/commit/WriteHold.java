package io.replsqlite.server.commit;

import io.replsqlite.base.Deadline;
import org.jspecify.annotations.Nullable;

/** Something that writes may have to wait for before they begin. Safe for any thread. */
public interface WriteHold {
    /** Nothing. */
    WriteHold NONE = new WriteHold() {
        @Override
        public @Nullable String why() {
            return null;
        }

        @Override
        public void await(Deadline deadline) {
            // there is nothing to wait for
        }
    };

    /** Why no write may begin now; null if one may. */
    @Nullable
    String why();

    /** Waits until that may have changed, at most until the deadline. */
    void await(Deadline deadline) throws InterruptedException;
}
