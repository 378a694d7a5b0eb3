package io.replsqlite.base;

/**
 * What a node has of one database: the epoch that wrote its newest commit, that commit's txid, and the checksum of the
 * state after it.
 *
 * <p>Ordered by epoch, then txid: of two nodes, the one with the greater position is the better heir. Two positions with
 * equal epoch and txid but different checksums mean divergence, never order.
 */
public record Position(Epoch epoch, Txid txid, StateChecksum checksum) implements Comparable<Position> {
    public static final Position START = new Position(Epoch.NONE, Txid.ZERO, StateChecksum.EMPTY);

    @Override
    public int compareTo(Position other) {
        int byEpoch = epoch.compareTo(other.epoch);
        return byEpoch != 0 ? byEpoch : txid.compareTo(other.txid);
    }

    /** {@code epoch-txid-checksum}: decimal, 16 hex digits, 16 hex digits. */
    @Override
    public String toString() {
        return epoch + "-" + txid + "-" + checksum;
    }

    /** @throws IllegalArgumentException unless the text has the form of {@link #toString} */
    public static Position parse(String text) {
        String[] parts = text.split("-", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("a position reads epoch-txid-checksum, got '" + text + "'");
        }
        return new Position(
                new Epoch(Long.parseLong(parts[0])),
                new Txid(Hex.parse(parts[1])),
                new StateChecksum(Hex.parse(parts[2])));
    }
}
