package io.replsqlite.status;

/** What a node is in its group. The codes are stored and never change their meaning. */
public enum Role {
    /** Not decided yet. */
    NONE(0),
    /** Applies what the primary sends. */
    FOLLOWER(1),
    /** Holds the lease, is not yet sure of its history; refuses writes. */
    ACQUIRING(2),
    /** The primary. */
    LEADING(3),
    /** The primary on its way out: finishes what runs, starts nothing. */
    DRAINING(4),
    /** Can neither lead nor follow until somebody looks at it. */
    FAILED(5);

    private final int code;

    Role(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    /** @throws IllegalArgumentException for a number that stands for nothing */
    static Role of(int code) {
        for (Role candidate : values()) {
            if (candidate.code == code) {
                return candidate;
            }
        }
        throw new IllegalArgumentException("no role has the code " + code);
    }
}
