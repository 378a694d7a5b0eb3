package io.replsqlite.base;

/**
 * The only source of time in the code, so that tests and simulations can replace it.
 *
 * <p>On Linux {@link System#nanoTime} counts from boot in every process, so its values may cross processes of one host
 * (the status page does this, and checks it once at open). They never cross hosts.
 */
public interface MonotonicClock {
    /** Nanoseconds since an arbitrary origin; only differences mean anything. */
    long nanoTime();

    /** Milliseconds since 1970; for people and file formats, never for a decision about authority or age alone. */
    long wallMillis();

    MonotonicClock SYSTEM = new MonotonicClock() {
        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public long wallMillis() {
            return System.currentTimeMillis();
        }
    };
}
