package io.replsqlite.server.log;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.Position;
import io.replsqlite.base.StateChecksum;
import io.replsqlite.base.Txid;
import io.replsqlite.server.files.DurableFiles;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The start of a segment file: where its records continue from. */
record SegmentHeader(
        UUID databaseId,
        long salt,
        long firstSequence,
        long previousFirstSequence,
        long previousLength,
        Position base,
        long createdMillis,
        List<Tenure> tenures) {

    private static final long MAGIC = 0x5253514c4c4f4731L; // "RSQLLOG1"
    private static final int VERSION = 1;
    private static final int FIXED_BYTES = 100;
    private static final int CRC_BYTES = 4;
    private static final int MAX_TENURES_BYTES = 64 << 10;

    SegmentHeader {
        tenures = newestThatFit(tenures);
    }

    /** The oldest tenures are let go once the list outgrows the header. */
    private static List<Tenure> newestThatFit(List<Tenure> all) {
        int from = all.size();
        int bytes = 0;
        while (from > 0 && bytes + all.get(from - 1).encode().length <= MAX_TENURES_BYTES) {
            from--;
            bytes += all.get(from).encode().length;
        }
        return List.copyOf(all.subList(from, all.size()));
    }

    byte[] encode() {
        int tenuresLength =
                tenures.stream().mapToInt(each -> each.encode().length).sum();
        ByteBuffer into = ByteBuffer.allocate(FIXED_BYTES + tenuresLength + CRC_BYTES);
        into.putLong(MAGIC).putInt(VERSION).putInt(tenuresLength);
        into.putLong(databaseId.getMostSignificantBits()).putLong(databaseId.getLeastSignificantBits());
        into.putLong(salt).putLong(firstSequence).putLong(previousFirstSequence).putLong(previousLength);
        into.putLong(base.epoch().value())
                .putLong(base.txid().value())
                .putLong(base.checksum().bits());
        into.putLong(createdMillis).putInt(tenures.size());
        tenures.forEach(each -> into.put(each.encode()));
        into.putInt(LogFormat.crc(into, 0, into.position()));
        return into.array();
    }

    int length() {
        return encode().length;
    }

    /** The header of a segment file, or null if the file does not start with one. */
    static @Nullable SegmentHeader read(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(FIXED_BYTES + MAX_TENURES_BYTES + CRC_BYTES);
        boolean ignored = DurableFiles.readFully(channel, bytes, 0);
        return decode(bytes.flip());
    }

    private static @Nullable SegmentHeader decode(ByteBuffer from) {
        if (from.limit() < FIXED_BYTES + CRC_BYTES || from.getLong(0) != MAGIC || from.getInt(8) != VERSION) {
            return null;
        }
        int tenuresLength = from.getInt(12);
        if (tenuresLength < 0 || tenuresLength > from.limit() - FIXED_BYTES - CRC_BYTES) {
            return null;
        }
        int crcOffset = FIXED_BYTES + tenuresLength;
        if (from.getInt(crcOffset) != LogFormat.crc(from, 0, crcOffset)) {
            return null;
        }
        try {
            return decodeFields(from.position(16).limit(crcOffset));
        } catch (IllegalArgumentException | BufferUnderflowException invalidField) {
            return null;
        }
    }

    private static SegmentHeader decodeFields(ByteBuffer from) {
        UUID databaseId = new UUID(from.getLong(), from.getLong());
        long salt = from.getLong();
        long firstSequence = from.getLong();
        long previousFirstSequence = from.getLong();
        long previousLength = from.getLong();
        Position base =
                new Position(new Epoch(from.getLong()), new Txid(from.getLong()), new StateChecksum(from.getLong()));
        long createdMillis = from.getLong();
        int count = from.getInt();
        List<Tenure> tenures = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            tenures.add(Tenure.decode(from));
        }
        return new SegmentHeader(
                databaseId, salt, firstSequence, previousFirstSequence, previousLength, base, createdMillis, tenures);
    }
}
