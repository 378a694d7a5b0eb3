package io.replsqlite.harness.rig;

/**
 * What becomes of bytes on their way from one place to another.
 *
 * @param delayMillis of every piece, at least
 * @param jitterMillis up to so much more
 */
public record Traffic(Kind kind, int delayMillis, int jitterMillis) {
    /** How a way is. */
    public enum Kind {
        /** Bytes pass. */
        OPEN,
        /** Bytes pass; those of connections that are opened meanwhile once more, on a connection of their own. */
        TWICE,
        /** Nothing passes, and nobody is told. What was sent arrives when the way is open again, if anybody still listens. */
        BLACKHOLE,
        /** Connections are reset, new and old. */
        REFUSED
    }

    public static final Traffic OPEN = new Traffic(Kind.OPEN, 0, 0);
    public static final Traffic TWICE = new Traffic(Kind.TWICE, 0, 0);
    public static final Traffic BLACKHOLE = new Traffic(Kind.BLACKHOLE, 0, 0);
    public static final Traffic REFUSED = new Traffic(Kind.REFUSED, 0, 0);

    public static Traffic slow(int delayMillis, int jitterMillis) {
        return new Traffic(Kind.OPEN, delayMillis, jitterMillis);
    }
}
