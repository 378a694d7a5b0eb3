package io.replsqlite.server.wal;

/**
 * A place in one generation of a WAL file: everything up to and including frame {@code frame} (1-based, 0 for none), with
 * the cumulative checksum there. Two marks are in one generation only if both salts are equal.
 */
public record WalMark(int salt1, int salt2, int frame, int checksum1, int checksum2) {
    /** No WAL position at all. */
    public static final WalMark NONE = new WalMark(0, 0, 0, 0, 0);

    public boolean isSameGeneration(WalMark other) {
        return salt1 == other.salt1 && salt2 == other.salt2;
    }
}
