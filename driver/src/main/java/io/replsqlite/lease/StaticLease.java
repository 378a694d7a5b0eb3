package io.replsqlite.lease;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The primary is named by configuration. No failover: another primary needs another configuration and restarts. A tenure
 * begins with each start of the primary, so its epoch still grows.
 */
public final class StaticLease implements LeaseProvider {
    private final String primaryName;
    private final URI primaryUrl;
    private volatile @Nullable Runnable grant;

    public StaticLease(String primaryName, URI primaryUrl) {
        this.primaryName = primaryName;
        this.primaryUrl = primaryUrl;
    }

    @Override
    public void start(Candidate self, LeaseListener listener) {
        if (self.nodeName().equals(primaryName)) {
            Runnable next =
                    () -> listener.granted(new Lease(self.highestEpoch().get().next(), LeaseDeadline.UNTIL_LOST));
            grant = next;
            next.run();
        } else {
            listener.heldBy(
                    new LeaseHolder(primaryName, primaryUrl, self.highestEpoch().get()));
        }
    }

    /** The configuration names nobody else. */
    @Override
    public List<Member> members() {
        return List.of(new Member(primaryName, primaryUrl, true));
    }

    /** Nobody else can have it: this node gets it again at once, in a later epoch. */
    @Override
    public void resign(@Nullable String successor, Duration pause) {
        Runnable next = grant;
        if (next != null) {
            next.run();
        }
    }

    @Override
    public void confirm() {
        // The configuration does not change while the node runs.
    }

    @Override
    public String describe() {
        return "static: " + primaryName + " at " + primaryUrl + " is the primary, always";
    }

    @Override
    public void close() {
        grant = null;
    }
}
