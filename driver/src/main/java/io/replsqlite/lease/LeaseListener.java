package io.replsqlite.lease;

/** What a provider tells its node. Called from the provider's own thread, one call at a time, never under a lock. */
public interface LeaseListener {
    /** This node holds the lease from now on. */
    void granted(Lease lease);

    /** This node does not hold the lease any more; nothing may be acknowledged in its epoch. */
    void lost(String reason);

    /** Another node holds the lease. */
    void heldBy(LeaseHolder holder);
}
