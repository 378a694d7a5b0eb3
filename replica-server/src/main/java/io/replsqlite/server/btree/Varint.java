package io.replsqlite.server.btree;

/** SQLite's variable-length integers: up to eight bytes of seven bits, then one of eight. Reads one after the other. */
final class Varint {
    private final byte[] bytes;
    private final int limit;
    private int offset;

    Varint(byte[] bytes, int offset, int limit) {
        this.bytes = bytes;
        this.offset = offset;
        this.limit = limit;
    }

    /** Behind what was read. */
    int offset() {
        return offset;
    }

    long next() throws UnreadablePageException {
        long value = 0;
        for (int i = 0; i < 9; i++) {
            if (offset >= limit) {
                throw new UnreadablePageException("a number goes on behind its page");
            }
            byte one = bytes[offset++];
            if (i == 8) {
                return value << 8 | (one & 0xff);
            }
            value = value << 7 | (one & 0x7f);
            if (one >= 0) {
                return value;
            }
        }
        throw new IllegalStateException("the ninth byte ends a number");
    }
}
