package io.replsqlite.server.commit;

import java.io.IOException;

/**
 * The lease ran out before a commit was acknowledged. Nothing is broken: the tenure is over, and whether the commit stays
 * is up to the next one.
 */
public final class LeaseOverException extends IOException {
    private static final long serialVersionUID = 1L;

    LeaseOverException() {
        super("the lease ran out between commit and acknowledgement");
    }
}
