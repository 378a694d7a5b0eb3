package io.replsqlite.server.btree;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * What the first page says of all.
 *
 * @param usableBytes of each page
 * @param encoding of every text
 * @param freelistTrunk the first page of the list of free pages; 0 for none
 */
public record DatabaseFormat(int usableBytes, Charset encoding, int freelistTrunk) {
    private static final int RESERVED_OFFSET = 20;
    private static final int FREELIST_OFFSET = 32;
    private static final int ENCODING_OFFSET = 56;

    public static DatabaseFormat of(PageView view) throws IOException {
        byte[] first = view.page(1);
        ByteBuffer header = ByteBuffer.wrap(first);
        int usable = first.length - Byte.toUnsignedInt(first[RESERVED_OFFSET]);
        Charset encoding = switch (header.getInt(ENCODING_OFFSET)) {
            case 0, 1 -> StandardCharsets.UTF_8;
            case 2 -> StandardCharsets.UTF_16LE;
            case 3 -> StandardCharsets.UTF_16BE;
            default ->
                throw new UnreadablePageException(
                        "text encoding " + header.getInt(ENCODING_OFFSET) + " does not exist");
        };
        return new DatabaseFormat(usable, encoding, header.getInt(FREELIST_OFFSET));
    }
}
