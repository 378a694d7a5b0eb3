package io.replsqlite.lease;

import java.net.URI;

/**
 * The primary is named by configuration. No failover: another primary needs another configuration and restarts. A tenure
 * begins with each start of the primary, so its epoch still grows.
 */
public final class StaticLease implements LeaseProvider {
    private final String primaryName;
    private final URI primaryUrl;

    public StaticLease(String primaryName, URI primaryUrl) {
        this.primaryName = primaryName;
        this.primaryUrl = primaryUrl;
    }

    @Override
    public void start(Candidate self, LeaseListener listener) {
        if (self.nodeName().equals(primaryName)) {
            listener.granted(new Lease(self.highestEpoch().get().next(), LeaseDeadline.UNTIL_LOST));
        } else {
            listener.heldBy(
                    new LeaseHolder(primaryName, primaryUrl, self.highestEpoch().get()));
        }
    }

    @Override
    public String describe() {
        return "static: " + primaryName + " at " + primaryUrl + " is the primary, always";
    }

    @Override
    public void close() {
        // Nothing is held anywhere but in the configuration.
    }
}
