package io.replsqlite.server.majority;

import java.io.IOException;
import java.io.Serial;

/** A voter keeps faith with another node than the one that asks for its promise, or is still writing its word to it. */
public final class BoundException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    BoundException(String why) {
        super(why);
    }

    BoundException(String self, String follows, String candidate) {
        super("Voter " + self + " has heard node " + (follows.isEmpty() ? "it followed before its start" : follows)
                + " too recently to promise node " + candidate + " anything.");
    }
}
