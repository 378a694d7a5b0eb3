package io.replsqlite.base;

/**
 * The checksum of a whole database at one txid: bit 63, XOR the CRC-64 of every page except the lock page. Two replicas
 * with equal checksums at one txid hold equal pages. An empty database has {@link #EMPTY}.
 */
public record StateChecksum(long bits) {
    public static final StateChecksum EMPTY = new StateChecksum(1L << 63);

    public StateChecksum {
        if (bits >= 0) {
            throw new IllegalArgumentException("bit 63 of a state checksum is always set: " + Hex.of(bits));
        }
    }

    @Override
    public String toString() {
        return Hex.of(bits);
    }
}
