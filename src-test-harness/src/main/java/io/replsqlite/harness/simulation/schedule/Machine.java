package io.replsqlite.harness.simulation.schedule;

/** One computer from one start to its next crash: what runs on it, and its clock. */
public final class Machine {
    private final String name;
    private final MachineClock clock;
    private boolean up = true;
    private boolean paused;

    public Machine(String name, MachineClock clock) {
        this.name = name;
        this.clock = clock;
    }

    public String name() {
        return name;
    }

    public MachineClock clock() {
        return clock;
    }

    public boolean isUp() {
        return up;
    }

    void powerOff() {
        up = false;
    }

    boolean isPaused() {
        return paused;
    }

    /** Stops or continues all that runs on it, as SIGSTOP and SIGCONT do. */
    public void pause(boolean stopped) {
        paused = stopped;
    }
}
