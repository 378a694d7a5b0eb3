package io.replsqlite.base;

/**
 * The number of one SQLite commit in a database's history: 1, 2, 3… without gaps. {@link #ZERO} stands before the
 * first commit.
 */
public record Txid(long value) implements Comparable<Txid> {
    public static final Txid ZERO = new Txid(0);

    public Txid {
        if (value < 0) {
            throw new IllegalArgumentException("a txid is never negative: " + value);
        }
    }

    public Txid next() {
        return new Txid(value + 1);
    }

    public boolean isAfter(Txid other) {
        return value > other.value;
    }

    @Override
    public int compareTo(Txid other) {
        return Long.compare(value, other.value);
    }

    /** 16 lower-case hex digits, as in LTX file names. */
    @Override
    public String toString() {
        return Hex.of(value);
    }
}
