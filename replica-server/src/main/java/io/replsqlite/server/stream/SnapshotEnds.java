package io.replsqlite.server.stream;

import io.replsqlite.base.Position;
import io.replsqlite.server.log.Tenure;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The first and last frame of a resync. */
public final class SnapshotEnds {
    private SnapshotEnds() {}

    /** What is about to come: the primary's state when it began to send, and how many pages it will send. */
    public record Begin(Position position, int pageSize, int databasePages, long pagesToSend) {
        byte[] encode() {
            ByteBuffer bytes = ByteBuffer.allocate((int) FrameType.SNAPSHOT_BEGIN.maxPayloadBytes);
            put(bytes, position, pageSize, databasePages);
            return bytes.putLong(pagesToSend).array();
        }

        static Begin decode(ByteBuffer bytes) throws StreamFormatException {
            Position position = WirePositions.position(bytes);
            Begin begin = new Begin(position, readPageSize(bytes), bytes.getInt(), bytes.getLong());
            if (begin.databasePages < 1 || begin.pagesToSend < 0 || begin.pagesToSend > begin.databasePages) {
                throw new StreamFormatException(
                        "a resync of " + begin.pagesToSend + " out of " + begin.databasePages + " pages cannot be");
            }
            return begin;
        }
    }

    /** What all of it together must give, and the tenures that led there. */
    public record End(Position position, int pageSize, int databasePages, List<Tenure> history) {
        private static final int FIXED_BYTES = 36;

        byte[] encode() {
            List<byte[]> tenures = history.stream().map(Tenure::encode).toList();
            int bytesOfAll =
                    FIXED_BYTES + tenures.stream().mapToInt(one -> one.length).sum();
            ByteBuffer bytes = ByteBuffer.allocate(bytesOfAll);
            put(bytes, position, pageSize, databasePages);
            bytes.putInt(history.size());
            tenures.forEach(bytes::put);
            return bytes.array();
        }

        static End decode(ByteBuffer bytes) throws StreamFormatException {
            if (bytes.remaining() < FIXED_BYTES) {
                throw new StreamFormatException("the end of a resync is cut");
            }
            Position position = WirePositions.position(bytes);
            int pageSize = readPageSize(bytes);
            int databasePages = bytes.getInt();
            int count = bytes.getInt();
            if (databasePages < 1 || count < 0) {
                throw new StreamFormatException(
                        "a resync ends with " + databasePages + " pages and " + count + " tenures");
            }
            List<Tenure> history = new ArrayList<>();
            try {
                for (int i = 0; i < count; i++) {
                    history.add(Tenure.decode(bytes));
                }
            } catch (BufferUnderflowException | IllegalArgumentException malformed) {
                throw new StreamFormatException("the end of a resync names tenures that cannot be: " + malformed);
            }
            if (bytes.hasRemaining()) {
                throw new StreamFormatException("the end of a resync is longer than its tenures");
            }
            return new End(position, pageSize, databasePages, history);
        }
    }

    private static void put(ByteBuffer bytes, Position position, int pageSize, int databasePages) {
        WirePositions.put(bytes, position);
        bytes.putInt(pageSize).putInt(databasePages);
    }

    private static int readPageSize(ByteBuffer bytes) throws StreamFormatException {
        int pageSize = bytes.getInt();
        if (pageSize < 512 || pageSize > 65536 || Integer.bitCount(pageSize) != 1) {
            throw new StreamFormatException("a resync names page size " + pageSize);
        }
        return pageSize;
    }
}
