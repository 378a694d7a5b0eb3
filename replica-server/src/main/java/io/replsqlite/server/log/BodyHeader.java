package io.replsqlite.server.log;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.Position;
import io.replsqlite.base.StateChecksum;
import io.replsqlite.base.Txid;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The fixed part of a record's body; the constructor's checks are the validity rules of the byte table. */
public record BodyHeader(
        RecordKind kind,
        int pageSize,
        Epoch epoch,
        Txid txid,
        StateChecksum previousChecksum,
        StateChecksum checksum,
        long timestampMillis,
        int databasePages,
        int attachmentLength,
        long ltxLength,
        int attachmentCrc) {

    public static final int BYTES = LogFormat.BODY_HEADER_BYTES;
    private static final int VERSION = 1;
    private static final int CRC_OFFSET = 68;

    public BodyHeader {
        require(attachmentLength >= 0 && attachmentLength <= LogFormat.MAX_ATTACHMENT_BYTES, "attachment length");
        require(ltxLength >= 0 && ltxLength <= LogFormat.MAX_LTX_BYTES, "LTX length");
        if (kind == RecordKind.COMMIT) {
            require(txid.value() > 0, "txid");
            require(pageSize >= 512 && pageSize <= 65536 && Integer.bitCount(pageSize) == 1, "page size");
        } else {
            require(pageSize == 0 && databasePages == 0 && ltxLength == 0, "change set in an EPOCH record");
            require(checksum.equals(previousChecksum), "checksum of an EPOCH record");
        }
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException("invalid record: " + what);
        }
    }

    /** Where a database stands once it has this record. */
    public Position position() {
        return new Position(epoch, txid, checksum);
    }

    /** Header, attachment, LTX section and closing checksum. */
    public long bodyLength() {
        return BYTES + attachmentLength + ltxLength + LogFormat.BODY_CRC_BYTES;
    }

    /** Offset of the LTX section in the body. */
    long ltxOffset() {
        return (long) BYTES + attachmentLength;
    }

    BodyHeader withLtxLength(long length) {
        return new BodyHeader(
                kind,
                pageSize,
                epoch,
                txid,
                previousChecksum,
                checksum,
                timestampMillis,
                databasePages,
                attachmentLength,
                length,
                attachmentCrc);
    }

    /** Writes {@link #BYTES} bytes from {@code at} on, absolutely. */
    void encode(ByteBuffer into, int at) {
        into.put(at, (byte) VERSION);
        into.put(at + 1, (byte) kind.code());
        into.putShort(at + 2, (short) 0);
        into.putInt(at + 4, pageSize);
        into.putLong(at + 8, epoch.value());
        into.putLong(at + 16, txid.value());
        into.putLong(at + 24, previousChecksum.bits());
        into.putLong(at + 32, checksum.bits());
        into.putLong(at + 40, timestampMillis);
        into.putInt(at + 48, databasePages);
        into.putInt(at + 52, attachmentLength);
        into.putLong(at + 56, ltxLength);
        into.putInt(at + 64, attachmentCrc);
        into.putInt(at + CRC_OFFSET, LogFormat.crc(into, at, at + CRC_OFFSET));
    }

    /** The header that stands at {@code at}, or null if none does. */
    public static @Nullable BodyHeader decode(ByteBuffer from, int at) {
        if (from.limit() - at < BYTES || from.getInt(at + CRC_OFFSET) != LogFormat.crc(from, at, at + CRC_OFFSET)) {
            return null;
        }
        RecordKind kind = RecordKind.ofCode(from.get(at + 1));
        if (from.get(at) != VERSION || kind == null || from.getShort(at + 2) != 0) {
            return null;
        }
        try {
            return new BodyHeader(
                    kind,
                    from.getInt(at + 4),
                    new Epoch(from.getLong(at + 8)),
                    new Txid(from.getLong(at + 16)),
                    new StateChecksum(from.getLong(at + 24)),
                    new StateChecksum(from.getLong(at + 32)),
                    from.getLong(at + 40),
                    from.getInt(at + 48),
                    from.getInt(at + 52),
                    from.getLong(at + 56),
                    from.getInt(at + 64));
        } catch (IllegalArgumentException invalidField) {
            return null;
        }
    }
}
