package io.replsqlite.harness.simulation.node;

/** A client's write on its way. */
public final class Write {
    /** What its client is told. */
    public enum Outcome {
        WAITING,
        COMMITTED,
        NOT_EXECUTED,
        UNKNOWN
    }

    private final long value;
    private Outcome outcome = Outcome.WAITING;

    public Write(long value) {
        this.value = value;
    }

    public long value() {
        return value;
    }

    public Outcome outcome() {
        return outcome;
    }

    public boolean isAnswered() {
        return outcome != Outcome.WAITING;
    }

    /** The first word counts, but for one that comes late. */
    void answer(Outcome next) {
        if (outcome == Outcome.WAITING || outcome == Outcome.UNKNOWN) {
            outcome = next;
        }
    }
}
