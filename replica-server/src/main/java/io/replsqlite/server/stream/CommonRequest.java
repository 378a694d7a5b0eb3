package io.replsqlite.server.stream;

import io.replsqlite.base.Position;
import io.replsqlite.server.log.Tenure;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * A follower asks how far its history is also the primary's.
 *
 * @param head the last position in the follower's log
 * @param history the tenures that led there, oldest first
 */
public record CommonRequest(UUID databaseId, Position head, List<Tenure> history) {
    private static final long MAGIC =
            ByteBuffer.wrap("RSQLCMN1".getBytes(StandardCharsets.US_ASCII)).getLong();
    private static final int FIXED_BYTES = 52;

    public byte[] encode() {
        List<byte[]> tenures = history.stream().map(Tenure::encode).toList();
        int bytesOfAll =
                FIXED_BYTES + tenures.stream().mapToInt(one -> one.length).sum();
        ByteBuffer bytes = ByteBuffer.allocate(bytesOfAll);
        bytes.putLong(MAGIC).putLong(databaseId.getMostSignificantBits()).putLong(databaseId.getLeastSignificantBits());
        WirePositions.put(bytes, head);
        bytes.putInt(history.size());
        tenures.forEach(bytes::put);
        return bytes.array();
    }

    public static CommonRequest decode(byte[] bytes) throws StreamFormatException {
        ByteBuffer from = ByteBuffer.wrap(bytes);
        if (bytes.length < FIXED_BYTES || from.getLong() != MAGIC) {
            throw new StreamFormatException("these " + bytes.length + " bytes do not ask for a common position");
        }
        UUID databaseId = new UUID(from.getLong(), from.getLong());
        Position head = WirePositions.position(from);
        int count = from.getInt();
        List<Tenure> history = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                Tenure tenure = Tenure.decode(from);
                if (tenure.firstTxid().value() < 1) {
                    throw new IllegalArgumentException("a tenure from txid " + tenure.firstTxid() + " on");
                }
                history.add(tenure);
            }
        } catch (BufferUnderflowException | IllegalArgumentException malformed) {
            throw new StreamFormatException("a follower's history names tenures that cannot be: " + malformed);
        }
        if (count < 0 || from.hasRemaining()) {
            throw new StreamFormatException("a follower's history does not have the " + count + " tenures it claims");
        }
        return new CommonRequest(databaseId, head, history);
    }
}
