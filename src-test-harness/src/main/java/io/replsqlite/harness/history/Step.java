package io.replsqlite.harness.history;

import java.util.List;

/** One step of an operation; what its values mean depends on the kind, as the package says. */
public record Step(Kind kind, String key, List<Long> values) {
    /** As in the file, with dashes for underscores. */
    public enum Kind {
        INSERT,
        READ,
        WRITE,
        COMPARE_AND_SET,
        APPEND,
        TRANSFER
    }

    public Step {
        values = List.copyOf(values);
    }

    public static Step insert(String client, long id) {
        return new Step(Kind.INSERT, client, List.of(id));
    }

    public static Step read(String key, List<Long> found) {
        return new Step(Kind.READ, key, found);
    }

    public static Step write(String key, long value) {
        return new Step(Kind.WRITE, key, List.of(value));
    }

    /** @param set whether the register had the expected value; say so even if the outcome is not known */
    public static Step compareAndSet(String key, long expected, long value, boolean set) {
        return new Step(Kind.COMPARE_AND_SET, key, List.of(expected, value, set ? 1L : 0L));
    }

    public static Step append(String key, long value) {
        return new Step(Kind.APPEND, key, List.of(value));
    }

    public static Step transfer(long from, long to, long amount) {
        return new Step(Kind.TRANSFER, "bank", List.of(from, to, amount));
    }

    boolean changes() {
        return kind != Kind.READ && (kind != Kind.COMPARE_AND_SET || values.get(2) == 1);
    }

    /** The one value, or the first. */
    public long value() {
        return values.get(0);
    }
}
