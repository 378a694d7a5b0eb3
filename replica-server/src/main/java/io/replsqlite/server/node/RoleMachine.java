package io.replsqlite.server.node;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.status.Role;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The node's role, and every change of it with its reason.
 *
 * <pre>
 * NONE -> FOLLOWER | ACQUIRING | FAILED         the lease has spoken for the first time
 * FOLLOWER -> ACQUIRING | FAILED | NONE         the lease was granted here; or the node stops
 * ACQUIRING -> LEADING | NONE | DRAINING | FAILED  every database is open for writes; or another is to lead, or the lease
 *                                                is lost before
 * LEADING -> DRAINING | FAILED                  the lease is lost or given up
 * DRAINING -> FOLLOWER | NONE | FAILED          nothing is written any more
 * FAILED -> NONE                                the node stops
 * </pre>
 */
final class RoleMachine {
    private static final Logger LOG = System.getLogger(RoleMachine.class.getName());
    private static final int MAX_HISTORY = 1000;
    private static final Map<Role, Set<Role>> ALLOWED = new EnumMap<>(Map.of(
            Role.NONE, EnumSet.of(Role.FOLLOWER, Role.ACQUIRING, Role.FAILED, Role.NONE),
            Role.FOLLOWER, EnumSet.of(Role.FOLLOWER, Role.ACQUIRING, Role.FAILED, Role.NONE),
            Role.ACQUIRING, EnumSet.of(Role.LEADING, Role.NONE, Role.DRAINING, Role.FAILED),
            Role.LEADING, EnumSet.of(Role.DRAINING, Role.FAILED),
            Role.DRAINING, EnumSet.of(Role.FOLLOWER, Role.NONE, Role.FAILED),
            Role.FAILED, EnumSet.of(Role.NONE, Role.FAILED)));

    private final MonotonicClock clock;

    @GuardedBy("this")
    private final ArrayDeque<Transition> history = new ArrayDeque<>();

    @GuardedBy("this")
    private Role role = Role.NONE;

    /** One change of role. */
    record Transition(long atMillis, Role from, Role to, Epoch epoch, String reason) {}

    RoleMachine(MonotonicClock clock) {
        this.clock = clock;
    }

    synchronized Role role() {
        return role;
    }

    synchronized List<Transition> history() {
        return List.copyOf(history);
    }

    /** @throws IllegalStateException if the table above does not have it: a defect */
    synchronized void transition(Role to, Epoch epoch, String reason) {
        if (!ALLOWED.getOrDefault(role, Set.of()).contains(to)) {
            throw new IllegalStateException("no way from " + role + " to " + to + " (" + reason + ")");
        }
        LOG.log(Level.INFO, "role {0} -> {1} in epoch {2}: {3}", role, to, epoch, reason);
        history.addLast(new Transition(clock.wallMillis(), role, to, epoch, reason));
        if (history.size() > MAX_HISTORY) {
            history.removeFirst();
        }
        role = to;
    }
}
