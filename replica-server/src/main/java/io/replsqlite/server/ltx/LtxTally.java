package io.replsqlite.server.ltx;

/**
 * What a decoder adds up over the pages of one file: the file checksum, the database's, and the index as it must be. Pages
 * count in the order of the file. For one thread at a time, not always the same one.
 */
final class LtxTally {
    private final byte[] scratch = new byte[IndexEntry.MAX_BYTES];

    private int pageSize;
    private long pageLengthFactor;
    private long fileCrc;
    private long databaseChecksum;
    private int lastPage;
    /** CRC and length of the index as it must be; the file's own is held against them, so none is kept. */
    private long indexCrc;

    private long indexLength;

    void begin(int newPageSize, long headerCrc) {
        usePageSize(newPageSize);
        fileCrc = headerCrc;
        databaseChecksum = LtxFormat.CHECKSUM_BIT;
        lastPage = 0;
        indexCrc = Crc64.START;
        indexLength = 0;
    }

    void resume(LtxResumePoint point) {
        usePageSize(point.header().pageSize());
        fileCrc = point.fileCrc();
        databaseChecksum = point.databaseChecksum();
        lastPage = point.lastPage();
        indexCrc = point.indexCrc();
        indexLength = point.indexLength();
    }

    LtxResumePoint suspend(LtxHeader header, long offset) {
        return new LtxResumePoint(header, offset, lastPage, fileCrc, databaseChecksum, indexCrc, indexLength);
    }

    private void usePageSize(int newPageSize) {
        if (pageSize != newPageSize) {
            pageSize = newPageSize;
            pageLengthFactor = Crc64.lengthFactor(newPageSize);
        }
    }

    /** Adds the page to every checksum it counts into, and tells the page its own. */
    void count(LtxPage page) {
        boolean block = page.encoding() == LtxPage.Encoding.BLOCK;
        BigEndian.putInt(scratch, 0, page.number());
        BigEndian.putShort(scratch, Integer.BYTES, block ? LtxFormat.FRAME_FLAG_BLOCK : 0);
        countBytes(scratch, 0, LtxFormat.PAGE_HEADER_BYTES);
        if (block) {
            fileCrc = Crc64.updateInt(fileCrc, page.blockBytes());
        }
        long pageCrc = Crc64.update(Crc64.START, page.bytes(), 0, pageSize);
        fileCrc = Crc64.concat(fileCrc, pageCrc, pageLengthFactor);
        long checksum = PageChecksum.of(page.number(), pageCrc, pageLengthFactor);
        databaseChecksum = PageChecksum.toggle(databaseChecksum, checksum);
        int length = IndexEntry.put(scratch, 0, page.number(), page.frameOffset(), page.frameBytes());
        indexCrc = Crc64.update(indexCrc, scratch, 0, length);
        indexLength += length;
        lastPage = page.number();
        page.complete(checksum);
    }

    /** Adds bytes that are not of a page. */
    void countBytes(byte[] bytes, int at, int length) {
        fileCrc = Crc64.update(fileCrc, bytes, at, length);
    }

    /** The last page counted. */
    int lastPage() {
        return lastPage;
    }

    long fileChecksum() {
        return fileCrc | LtxFormat.CHECKSUM_BIT;
    }

    long databaseChecksum() {
        return databaseChecksum;
    }

    long indexCrc() {
        return indexCrc;
    }

    long indexLength() {
        return indexLength;
    }
}
