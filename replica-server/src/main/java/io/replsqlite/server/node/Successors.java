package io.replsqlite.server.node;

import io.replsqlite.base.MonotonicClock;
import io.replsqlite.lease.Member;
import io.replsqlite.server.database.ReplicatedDatabase;
import io.replsqlite.server.endpoint.RefusedException;
import io.replsqlite.server.ship.Followers;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** To whom this primary can hand the lease so that nobody waits for long: a candidate that follows every database closely. */
final class Successors {
    /** A follower that was not heard of for so long is not there. */
    private static final Duration HEARD_WITHIN = Duration.ofSeconds(1);

    /** What a follower gets in a few milliseconds. */
    private static final long SMALL_LAG = 1_000;

    private final Members members;
    private final Collection<ReplicatedDatabase> databases;
    private final Function<String, Optional<String>> leaseObstacle;
    private final MonotonicClock clock;

    /** @param leaseObstacle why the lease could not go to the node of that name */
    Successors(
            Members members,
            Collection<ReplicatedDatabase> databases,
            Function<String, Optional<String>> leaseObstacle,
            MonotonicClock clock) {
        this.members = members;
        this.databases = databases;
        this.leaseObstacle = leaseObstacle;
        this.clock = clock;
    }

    /** The one that lags least; nothing if none is close enough. */
    Optional<Member> best() {
        return members.others().stream()
                .filter(member -> obstacle(member) == null)
                .min(Comparator.comparingLong(this::lag));
    }

    /**
     * @param wanted null for the best one
     * @throws RefusedException if it cannot take over now, with the reason
     */
    Member choose(@Nullable String wanted) throws RefusedException {
        if (wanted == null) {
            return best().orElseThrow(() ->
                    refused("No node follows closely enough to take over: " + obstacles() + ". Nothing was changed."));
        }
        Member named = members.byName(wanted)
                .orElseThrow(() -> refused(
                        "There is no other node named " + wanted + ", only " + names() + ". Nothing was changed."));
        String obstacle = obstacle(named);
        if (obstacle != null) {
            throw refused("Node " + wanted + " cannot take over: " + obstacle + ". Nothing was changed.");
        }
        return named;
    }

    private static RefusedException refused(String message) {
        return new RefusedException(409, "noSuccessor", message);
    }

    private List<String> names() {
        return members.others().stream().map(Member::nodeName).toList();
    }

    private String obstacles() {
        List<String> all = members.others().stream()
                .map(member -> member.nodeName() + " " + obstacle(member))
                .toList();
        return all.isEmpty() ? "no other node is known" : String.join("; ", all);
    }

    /** Why this node cannot take over now, or null. */
    private @Nullable String obstacle(Member member) {
        if (!member.isCandidate()) {
            return "its setting candidate is false";
        }
        Optional<String> ofTheLease = leaseObstacle.apply(member.nodeName());
        if (ofTheLease.isPresent()) {
            return ofTheLease.get();
        }
        for (ReplicatedDatabase database : databases) {
            Followers.Follower follower = follower(database, member);
            if (follower == null) {
                return "it does not follow " + database.name() + " at present";
            }
            long lag = lag(database, follower);
            if (lag > SMALL_LAG) {
                return "it lags " + lag + " txids behind in " + database.name();
            }
        }
        return null;
    }

    private Followers.@Nullable Follower follower(ReplicatedDatabase database, Member member) {
        return database.followers().stream()
                .filter(follower -> follower.nodeName().equals(member.nodeName())
                        && clock.nanoTime() - follower.heardAtNanos() < HEARD_WITHIN.toNanos())
                .findFirst()
                .orElse(null);
    }

    private static long lag(ReplicatedDatabase database, Followers.Follower follower) {
        long head = database.files()
                .map(files -> files.log().durableHead().txid().value())
                .orElse(0L);
        return Math.max(0, head - follower.durableTxid());
    }

    private long lag(Member member) {
        long most = 0;
        for (ReplicatedDatabase database : databases) {
            Followers.Follower follower = follower(database, member);
            most = Math.max(most, follower == null ? Long.MAX_VALUE : lag(database, follower));
        }
        return most;
    }
}
