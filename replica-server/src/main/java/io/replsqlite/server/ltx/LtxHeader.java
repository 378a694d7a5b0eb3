package io.replsqlite.server.ltx;

import io.replsqlite.base.Hex;
import io.replsqlite.base.Txid;
import java.util.function.Supplier;

/**
 * The first 100 bytes of a file; see the package documentation for the fields. Every instance is valid.
 *
 * @param commit pages of the database afterwards
 * @param timestampMillis since 1970; what a point-in-time restore goes by
 */
public record LtxHeader(
        int flags,
        int pageSize,
        int commit,
        Txid minTxid,
        Txid maxTxid,
        long timestampMillis,
        long preApplyChecksum,
        long walOffset,
        long walSize,
        int walSalt1,
        int walSalt2,
        long nodeId) {

    private static final int RESERVED_OFFSET = 80;

    /** A field with a value the format does not allow. */
    private static final class InvalidField extends IllegalArgumentException {
        private final String problem;
        private final int offset;

        InvalidField(String problem, int offset) {
            super(problem);
            this.problem = problem;
            this.offset = offset;
        }
    }

    public LtxHeader {
        boolean checksums = (flags & LtxFormat.FLAG_NO_CHECKSUM) == 0;
        require(
                (flags & ~LtxFormat.FLAG_NO_CHECKSUM) == 0,
                4,
                () -> "unknown header flags 0x" + Integer.toHexString(flags));
        require(LtxFormat.isPageSize(pageSize), 8, () -> "not a page size: " + Integer.toUnsignedString(pageSize));
        require(commit >= 0, 12, () -> "more pages than supported: " + Integer.toUnsignedString(commit));
        require(commit > 0 || checksums, 12, "an empty database (commit 0) cannot be told without checksums");
        require(minTxid.value() >= 1, 16, () -> "the first txid is 1, not " + minTxid);
        require(maxTxid.compareTo(minTxid) >= 0, 24, () -> "max txid " + maxTxid + " is before min txid " + minTxid);
        if (checksums && minTxid.value() > 1) {
            require(preApplyChecksum < 0, 40, "bit 63 of the pre-apply checksum must be set");
        } else {
            require(preApplyChecksum == 0, 40, "a pre-apply checksum is not allowed here");
        }
        require(walOffset >= 0, 48, () -> "negative WAL offset " + walOffset);
        require(walSize >= 0, 56, () -> "negative WAL size " + walSize);
        require(walSize == 0 || walOffset > 0, 56, "a WAL size needs a WAL offset");
        require((walSalt1 == 0 && walSalt2 == 0) || walOffset > 0, 64, "a WAL salt needs a WAL offset");
    }

    /** The header of the files we write: no checksums of the database, nothing of the WAL or the node. */
    public static LtxHeader of(int pageSize, int commit, Txid minTxid, Txid maxTxid, long timestampMillis) {
        return new LtxHeader(
                LtxFormat.FLAG_NO_CHECKSUM, pageSize, commit, minTxid, maxTxid, timestampMillis, 0, 0, 0, 0, 0, 0);
    }

    /** The header of a single commit. */
    public static LtxHeader of(int pageSize, int commit, Txid txid, long timestampMillis) {
        return of(pageSize, commit, txid, txid, timestampMillis);
    }

    /** Whether the file stands on its own, holding every page of the database. */
    public boolean isSnapshot() {
        return minTxid.value() == 1;
    }

    public boolean hasChecksums() {
        return (flags & LtxFormat.FLAG_NO_CHECKSUM) == 0;
    }

    public int lockPage() {
        return LtxFormat.lockPage(pageSize);
    }

    void write(byte[] into) {
        BigEndian.putInt(into, 0, LtxFormat.MAGIC);
        BigEndian.putInt(into, 4, flags);
        BigEndian.putInt(into, 8, pageSize);
        BigEndian.putInt(into, 12, commit);
        BigEndian.putLong(into, 16, minTxid.value());
        BigEndian.putLong(into, 24, maxTxid.value());
        BigEndian.putLong(into, 32, timestampMillis);
        BigEndian.putLong(into, 40, preApplyChecksum);
        BigEndian.putLong(into, 48, walOffset);
        BigEndian.putLong(into, 56, walSize);
        BigEndian.putInt(into, 64, walSalt1);
        BigEndian.putInt(into, 68, walSalt2);
        BigEndian.putLong(into, 72, nodeId);
        java.util.Arrays.fill(into, RESERVED_OFFSET, LtxFormat.HEADER_BYTES, (byte) 0);
    }

    public static LtxHeader read(byte[] from, int at) throws LtxFormatException {
        if (BigEndian.getInt(from, at) != LtxFormat.MAGIC) {
            throw new LtxFormatException("not an LTX file: it does not begin with LTX1", 0);
        }
        for (int i = RESERVED_OFFSET; i < LtxFormat.HEADER_BYTES; i++) {
            if (from[at + i] != 0) {
                throw new LtxFormatException("a reserved header byte is not zero", i);
            }
        }
        try {
            return new LtxHeader(
                    BigEndian.getInt(from, at + 4),
                    BigEndian.getInt(from, at + 8),
                    BigEndian.getInt(from, at + 12),
                    txid(from, at, 16),
                    txid(from, at, 24),
                    BigEndian.getLong(from, at + 32),
                    BigEndian.getLong(from, at + 40),
                    BigEndian.getLong(from, at + 48),
                    BigEndian.getLong(from, at + 56),
                    BigEndian.getInt(from, at + 64),
                    BigEndian.getInt(from, at + 68),
                    BigEndian.getLong(from, at + 72));
        } catch (InvalidField e) {
            throw new LtxFormatException(e.problem, e.offset, e);
        }
    }

    private static Txid txid(byte[] from, int at, int offset) {
        long value = BigEndian.getLong(from, at + offset);
        require(value >= 0, offset, () -> "a txid has at most 63 bits: " + Hex.of(value));
        return new Txid(value);
    }

    private static void require(boolean holds, int offset, String problem) {
        require(holds, offset, () -> problem);
    }

    /** @param problem put into words only if there is one: every commit makes a header */
    private static void require(boolean holds, int offset, Supplier<String> problem) {
        if (!holds) {
            throw new InvalidField(problem.get(), offset);
        }
    }
}
