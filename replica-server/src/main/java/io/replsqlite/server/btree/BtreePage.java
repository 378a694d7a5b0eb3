package io.replsqlite.server.btree;

import java.io.IOException;
import java.nio.ByteBuffer;

/** One page of a b-tree, and its cells by index. */
public final class BtreePage {
    private static final int FILE_HEADER_BYTES = 100;
    private static final int INDEX_INTERIOR = 2;
    private static final int TABLE_INTERIOR = 5;
    private static final int INDEX_LEAF = 10;
    private static final int TABLE_LEAF = 13;

    private final int number;
    private final byte[] bytes;
    private final int header;
    private final int type;
    private final int cells;
    private final int usableBytes;

    private BtreePage(int number, byte[] bytes, int header, int usableBytes) {
        this.number = number;
        this.bytes = bytes;
        this.header = header;
        this.usableBytes = usableBytes;
        this.type = bytes[header];
        this.cells = Short.toUnsignedInt(ByteBuffer.wrap(bytes).getShort(header + 3));
    }

    /** @throws UnreadablePageException if the page is none of a b-tree */
    public static BtreePage of(PageView view, int number, DatabaseFormat format) throws IOException {
        byte[] bytes = view.page(number);
        int header = number == 1 ? FILE_HEADER_BYTES : 0;
        BtreePage page = new BtreePage(number, bytes, header, format.usableBytes());
        if (!isBtree(bytes[header]) || page.cellArray() + 2 * page.cells > format.usableBytes()) {
            throw new UnreadablePageException("page " + number + " is no page of a b-tree");
        }
        return page;
    }

    private static boolean isBtree(int type) {
        return type == INDEX_INTERIOR || type == TABLE_INTERIOR || type == INDEX_LEAF || type == TABLE_LEAF;
    }

    public int number() {
        return number;
    }

    public boolean isInterior() {
        return type == INDEX_INTERIOR || type == TABLE_INTERIOR;
    }

    /** Of a table with rowids; else of an index or a table without. */
    public boolean isOfTable() {
        return type == TABLE_INTERIOR || type == TABLE_LEAF;
    }

    public int cells() {
        return cells;
    }

    /** How many pages are below this one. */
    int children() {
        return cells + 1;
    }

    int child(int index) throws UnreadablePageException {
        int at = index == cells ? header + 8 : cellOffset(index);
        int child = ByteBuffer.wrap(bytes).getInt(at);
        if (child < 1) {
            throw new UnreadablePageException("page " + number + " has page " + child + " below it");
        }
        return child;
    }

    /** A cell with a payload: any but those of a table's interior page. */
    public Cell cell(int index) throws UnreadablePageException {
        int at = cellOffset(index) + (isInterior() ? 4 : 0);
        Varint numbers = new Varint(bytes, at, usableBytes);
        long payloadBytes = numbers.next();
        long rowid = isOfTable() ? numbers.next() : 0;
        int local = localBytes(payloadBytes);
        int start = numbers.offset();
        boolean spills = local < payloadBytes;
        if (payloadBytes < 0 || start + local + (spills ? 4 : 0) > usableBytes) {
            throw new UnreadablePageException("cell " + index + " of page " + number + " does not fit on it");
        }
        int overflow = spills ? ByteBuffer.wrap(bytes).getInt(start + local) : 0;
        return new Cell(number, index, rowid, bytes, start, local, payloadBytes, overflow);
    }

    private int localBytes(long payloadBytes) {
        int most = isOfTable() ? usableBytes - 35 : (usableBytes - 12) * 64 / 255 - 23;
        if (payloadBytes <= most) {
            return (int) payloadBytes;
        }
        int least = (usableBytes - 12) * 32 / 255 - 23;
        int filled = (int) (least + (payloadBytes - least) % (usableBytes - 4));
        return filled <= most ? filled : least;
    }

    private int cellArray() {
        return header + (isInterior() ? 12 : 8);
    }

    private int cellOffset(int index) throws UnreadablePageException {
        int at = Short.toUnsignedInt(ByteBuffer.wrap(bytes).getShort(cellArray() + 2 * index));
        if (at < cellArray() || at + 4 > usableBytes) {
            throw new UnreadablePageException("cell " + index + " of page " + number + " begins at " + at);
        }
        return at;
    }
}
