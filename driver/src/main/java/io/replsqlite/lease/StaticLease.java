package io.replsqlite.lease;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The primary is named by configuration. No failover: another primary needs another configuration and restarts. A tenure
 * begins with each start of the primary, so its epoch still grows.
 */
public final class StaticLease implements LeaseProvider {
    private final String primaryName;
    private final URI primaryUrl;
    /** Whatever made the node resign must not be tried again in a busy loop. */
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);

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

    /** Nobody else can have it: this node gets it again after the pause, in a later epoch. */
    @Override
    public void resign(@Nullable String successor, Duration pause) {
        Duration atLeast = pause.compareTo(SHORTEST_PAUSE) > 0 ? pause : SHORTEST_PAUSE;
        CompletableFuture.delayedExecutor(atLeast.toMillis(), TimeUnit.MILLISECONDS)
                .execute(this::grantAgain);
    }

    @Override
    public Optional<String> obstacleTo(String successor) {
        return Optional.of("the lease is static, and names " + primaryName);
    }

    private void grantAgain() {
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
