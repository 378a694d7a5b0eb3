package io.replsqlite.harness.simulation.node;

import io.replsqlite.harness.simulation.net.Network;
import io.replsqlite.harness.simulation.schedule.Scheduler;
import io.replsqlite.server.config.DurabilitySettings;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What all nodes of a simulation share.
 *
 * @param leadsByMajority whether a majority of the voters is the lease; {@code leases} lies below it then
 * @param trusted for how long a node relies on the lease of {@code leases} after a renewal
 * @param random what nodes leave to chance
 * @param onFailure is told the name of a node that cannot go on
 */
public record Surroundings(
        Scheduler scheduler,
        Network network,
        LeaseService leases,
        DurabilitySettings durability,
        boolean leadsByMajority,
        Duration trusted,
        Set<Defect> defects,
        Random random,
        Observer observer,
        Consumer<String> onFailure) {
    public Surroundings {
        defects = Set.copyOf(defects);
    }

    boolean has(Defect defect) {
        return defects.contains(defect);
    }
}
