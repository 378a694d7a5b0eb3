package io.replsqlite.harness.simulation.node;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.Position;
import io.replsqlite.harness.simulation.disk.SimulatedDisk;
import io.replsqlite.server.log.ChangeLog;

/** Hears of everything that the guarantees speak of, at the moment it happens. */
public interface Observer {
    /** A node opens for writes. */
    void leads(String node, Epoch epoch, SimulatedDisk disk, ChangeLog log);

    /** A primary takes everything up to here for committed. */
    void committed(String node, Epoch epoch, Position position, SimulatedDisk disk, ChangeLog log);

    /** A client is told that its write is committed. */
    void acknowledged(String node, Epoch epoch, long txid, long value);

    /** Readers of a follower may see everything up to here. */
    void shown(String node, Position position);

    /** A candidate is about to be told of a promise. */
    void promised(String node, Epoch epoch, SimulatedDisk disk);
}
