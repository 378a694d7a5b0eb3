package io.replsqlite.server.log;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.Txid;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** One epoch of a database's history: who held it, and the first txid that can belong to it. */
public record Tenure(
        Epoch epoch,
        Txid firstTxid,
        String holder,
        @Nullable String url) {
    private static final int MAX_TEXT_BYTES = 2048;

    public Tenure {
        requireShort(holder);
        if (url != null) {
            requireShort(url);
        }
    }

    private static void requireShort(String text) {
        if (text.getBytes(StandardCharsets.UTF_8).length > MAX_TEXT_BYTES) {
            throw new IllegalArgumentException("holder and URL have at most " + MAX_TEXT_BYTES + " bytes each");
        }
    }

    byte[] encodeHolder() {
        byte[] name = holder.getBytes(StandardCharsets.UTF_8);
        byte[] address = url == null ? new byte[0] : url.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(4 + name.length + address.length)
                .putShort((short) name.length)
                .put(name)
                .putShort((short) address.length)
                .put(address)
                .array();
    }

    public byte[] encode() {
        byte[] holderSection = encodeHolder();
        return ByteBuffer.allocate(16 + holderSection.length)
                .putLong(epoch.value())
                .putLong(firstTxid.value())
                .put(holderSection)
                .array();
    }

    /**
     * Reads from the buffer's position on; throws BufferUnderflow or IllegalArgument if the bytes are not
     * a tenure.
     */
    public static Tenure decode(ByteBuffer from) {
        return decodeHolder(new Epoch(from.getLong()), new Txid(from.getLong()), from);
    }

    static Tenure decodeHolder(Epoch epoch, Txid firstTxid, ByteBuffer from) {
        String holder = text(from);
        String url = text(from);
        return new Tenure(epoch, firstTxid, holder, url.isEmpty() ? null : url);
    }

    private static String text(ByteBuffer from) {
        int length = Short.toUnsignedInt(from.getShort());
        if (length > MAX_TEXT_BYTES) {
            throw new IllegalArgumentException("text of " + length + " bytes");
        }
        byte[] bytes = new byte[length];
        from.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
