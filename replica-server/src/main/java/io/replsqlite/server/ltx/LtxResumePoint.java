package io.replsqlite.server.ltx;

import java.nio.ByteBuffer;

/**
 * Where a decoder stands between two pages of a file, so that another one can go on from there.
 *
 * @param offset in the file, of the next page frame
 */
public record LtxResumePoint(
        LtxHeader header,
        long offset,
        int lastPage,
        long fileCrc,
        long databaseChecksum,
        long indexCrc,
        long indexLength) {
    /** Header of the file, then the fields in their order. */
    public static final int BYTES = LtxFormat.HEADER_BYTES + 5 * Long.BYTES + Integer.BYTES;

    public byte[] encode() {
        byte[] bytes = new byte[BYTES];
        header.write(bytes);
        ByteBuffer.wrap(bytes)
                .position(LtxFormat.HEADER_BYTES)
                .putLong(offset)
                .putInt(lastPage)
                .putLong(fileCrc)
                .putLong(databaseChecksum)
                .putLong(indexCrc)
                .putLong(indexLength);
        return bytes;
    }

    /** @param bytes {@value #BYTES} of them */
    public static LtxResumePoint decode(byte[] bytes) throws LtxFormatException {
        LtxHeader header = LtxHeader.read(bytes, 0);
        ByteBuffer in = ByteBuffer.wrap(bytes).position(LtxFormat.HEADER_BYTES);
        return new LtxResumePoint(
                header, in.getLong(), in.getInt(), in.getLong(), in.getLong(), in.getLong(), in.getLong());
    }
}
