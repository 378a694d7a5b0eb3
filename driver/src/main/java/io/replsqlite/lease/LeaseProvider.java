package io.replsqlite.lease;

import io.replsqlite.base.Epoch;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the write lease comes from. One instance per node and group of databases.
 *
 * <p>{@link #start} returns at once; everything else arrives at the listener. {@link #close} gives the lease up if it is
 * held, without a further call to the listener.
 */
public interface LeaseProvider extends AutoCloseable {
    void start(Candidate self, LeaseListener listener) throws LeaseException;

    /** Every node of the cluster that the provider has heard of, this one included. Any thread; never waits for a network. */
    List<Member> members();

    /**
     * Gives the present tenure up, without a call of {@link LeaseListener#lost}, and competes again behind the others.
     * Nothing may be written any more. Bounded; where nobody can be told, the tenure is over all the same.
     *
     * @param successor the node that shall have the lease next, for which the others stand back a moment; null for any
     * @param pause for how long this node does not compete
     */
    void resign(@Nullable String successor, Duration pause);

    /**
     * {@link #resign(String, Duration)} of that tenure alone: where the provider has begun another one meanwhile, nothing
     * happens. A provider that begins none before it has spoken to the listener need not look.
     */
    default void resign(Epoch tenure, @Nullable String successor, Duration pause) {
        resign(successor, pause);
    }

    /** Why that node would not be granted the next tenure if this one resigned in its favour now; empty if it could be. */
    default Optional<String> obstacleTo(String successor) {
        return Optional.empty();
    }

    /** Somebody knows of a higher epoch than that of the present tenure: look whether it is still good. Returns at once. */
    void confirm();

    /** One line for people: which provider, where, how long a tenure lasts. */
    String describe();

    /** What people should know of the tenure, or of why there is none; nothing if all is as it should be. Any thread. */
    default Optional<String> note() {
        return Optional.empty();
    }

    @Override
    void close();
}
