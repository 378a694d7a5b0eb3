package io.replsqlite.wire;

/** What a decoder takes at most. Each is checked while reading, before memory is spent on it. */
public record WireLimits(long messageBytes, int valueBytes, int statements, int entries, int valuesPerEntry) {
    public static final WireLimits DEFAULT = new WireLimits(256L << 20, 128 << 20, 1_000, 1_000_000, 32_766);
}
