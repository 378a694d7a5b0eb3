package io.replsqlite.status;

/** Whether the replica file may be read. The codes are stored and never change their meaning. */
public enum Health {
    /** No usable replica file yet. */
    STARTING(0),
    /** Readable. */
    OK(1),
    /** Something else wrote to the replica file; readable again after repair. */
    QUARANTINED(2),
    /** The node gave up. */
    FAILED(3),
    /** The node ended in good order; the file is readable and no longer moves. */
    STOPPED(4);

    private final int code;

    Health(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    /** @throws IllegalArgumentException for a number that stands for nothing */
    static Health of(int code) {
        for (Health candidate : values()) {
            if (candidate.code == code) {
                return candidate;
            }
        }
        throw new IllegalArgumentException("no health has the code " + code);
    }
}
