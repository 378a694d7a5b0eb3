package io.replsqlite.server.node;

import static io.replsqlite.status.Role.ACQUIRING;
import static io.replsqlite.status.Role.DRAINING;
import static io.replsqlite.status.Role.FAILED;
import static io.replsqlite.status.Role.FOLLOWER;
import static io.replsqlite.status.Role.LEADING;
import static io.replsqlite.status.Role.NONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.base.Epoch;
import io.replsqlite.server.ManualClock;
import io.replsqlite.status.Role;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RoleMachineTest {
    private static final Epoch EPOCH = new Epoch(3);

    /** A way to each role. */
    private static final Map<Role, List<Role>> WAYS = Map.of(
            NONE, List.of(),
            FOLLOWER, List.of(FOLLOWER),
            ACQUIRING, List.of(ACQUIRING),
            LEADING, List.of(ACQUIRING, LEADING),
            DRAINING, List.of(ACQUIRING, LEADING, DRAINING),
            FAILED, List.of(FAILED));

    private static final Map<Role, Set<Role>> ALLOWED = Map.of(
            NONE, Set.of(NONE, FOLLOWER, ACQUIRING, FAILED),
            FOLLOWER, Set.of(FOLLOWER, ACQUIRING, FAILED, NONE),
            ACQUIRING, Set.of(LEADING, NONE, DRAINING, FAILED),
            LEADING, Set.of(DRAINING, FAILED),
            DRAINING, Set.of(FOLLOWER, NONE, FAILED),
            FAILED, Set.of(NONE, FAILED));

    private final ManualClock clock = new ManualClock();

    private RoleMachine in(Role role) {
        RoleMachine machine = new RoleMachine(clock);
        WAYS.get(role).forEach(step -> machine.transition(step, EPOCH, "on the way"));
        assertThat(machine.role()).isEqualTo(role);
        return machine;
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void onlyTheTablesTransitionsArePossible(Role from) {
        for (Role to : Role.values()) {
            RoleMachine machine = in(from);
            if (ALLOWED.get(from).contains(to)) {
                machine.transition(to, EPOCH, "why");
                assertThat(machine.role()).isEqualTo(to);
            } else {
                assertThatThrownBy(() -> machine.transition(to, EPOCH, "why"))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining(from + " to " + to + " (why)");
                assertThat(machine.role()).isEqualTo(from);
            }
        }
    }

    @Test
    void everyTransitionIsRemembered() {
        RoleMachine machine = new RoleMachine(clock);
        machine.transition(ACQUIRING, EPOCH, "granted");
        long at = clock.wallMillis();
        clock.advance(Duration.ofSeconds(1));
        machine.transition(LEADING, EPOCH, "open");
        assertThat(machine.history())
                .containsExactly(
                        new RoleMachine.Transition(at, NONE, ACQUIRING, EPOCH, "granted"),
                        new RoleMachine.Transition(at + 1000, ACQUIRING, LEADING, EPOCH, "open"));
    }

    @Test
    void ofALongLifeTheNewestTransitionsAreRemembered() {
        RoleMachine machine = new RoleMachine(clock);
        for (int i = 0; i < 1500; i++) {
            machine.transition(FOLLOWER, EPOCH, "of " + i);
        }
        assertThat(machine.history()).hasSize(1000);
        assertThat(machine.history().get(999).reason()).isEqualTo("of 1499");
    }
}
