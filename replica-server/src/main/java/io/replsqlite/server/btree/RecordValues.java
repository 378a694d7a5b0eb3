package io.replsqlite.server.btree;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The columns of one row, decoded: null, Long, Double, String, byte[], or {@link RawText}. */
public final class RecordValues {
    /** Text that is not valid in the database's encoding. */
    public record RawText(byte[] bytes) {}

    private RecordValues() {}

    /** As many values as the record has; a table may have got further columns since. */
    public static List<@Nullable Object> of(byte[] record, DatabaseFormat format) throws UnreadablePageException {
        Varint header = new Varint(record, 0, record.length);
        long headerBytes = header.next();
        if (headerBytes < header.offset() || headerBytes > record.length) {
            throw new UnreadablePageException("a record of " + record.length + " bytes has a header of " + headerBytes);
        }
        List<@Nullable Object> values = new ArrayList<>();
        ByteBuffer content = ByteBuffer.wrap(record, (int) headerBytes, record.length - (int) headerBytes);
        Varint types = new Varint(record, header.offset(), (int) headerBytes);
        while (types.offset() < headerBytes) {
            long type = types.next();
            if (bytesOf(type) > content.remaining()) {
                throw new UnreadablePageException("a record ends within a column");
            }
            values.add(value(type, content, format));
        }
        return values;
    }

    private static long bytesOf(long type) throws UnreadablePageException {
        if (type < 0 || type == 10 || type == 11) {
            throw new UnreadablePageException("serial type " + type + " does not exist");
        }
        if (type >= 12) {
            return (type - 12) / 2;
        }
        return switch ((int) type) {
            case 1, 2, 3, 4 -> type;
            case 5 -> 6;
            case 6, 7 -> 8;
            default -> 0;
        };
    }

    private static @Nullable Object value(long type, ByteBuffer content, DatabaseFormat format)
            throws UnreadablePageException {
        int bytes = (int) bytesOf(type);
        if (type >= 12) {
            byte[] value = new byte[bytes];
            content.get(value);
            return type % 2 == 0 ? value : text(value, format);
        }
        return switch ((int) type) {
            case 0 -> null;
            case 7 -> content.getDouble();
            case 8 -> 0L;
            case 9 -> 1L;
            default -> integer(content, bytes);
        };
    }

    private static Long integer(ByteBuffer content, int bytes) {
        long value = content.get();
        for (int i = 1; i < bytes; i++) {
            value = value << 8 | Byte.toUnsignedLong(content.get());
        }
        return value;
    }

    private static Object text(byte[] value, DatabaseFormat format) {
        try {
            return format.encoding().newDecoder().decode(ByteBuffer.wrap(value)).toString();
        } catch (CharacterCodingException invalid) {
            return new RawText(Arrays.copyOf(value, value.length));
        }
    }
}
