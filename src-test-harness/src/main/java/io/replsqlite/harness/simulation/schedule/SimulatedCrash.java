package io.replsqlite.harness.simulation.schedule;

/** Unwinds a thread of a machine that has lost its power. An error, so that no code under test takes it for a failure of its own. */
public final class SimulatedCrash extends Error {
    private static final long serialVersionUID = 1L;

    SimulatedCrash(String machine) {
        super("the machine " + machine + " has no power", null, false, false);
    }
}
