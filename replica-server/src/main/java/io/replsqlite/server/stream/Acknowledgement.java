package io.replsqlite.server.stream;

import io.replsqlite.base.Epoch;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What a follower has: durable in its log, applied to its replica file. The only thing that flows against the data.
 *
 * @param epoch of the primary that it follows
 * @param logEpoch of the last record that is durable in its log
 */
public record Acknowledgement(Epoch epoch, Epoch logEpoch, long durableTxid, long appliedTxid) {
    public static final int BYTES = 40;
    private static final long MAGIC =
            ByteBuffer.wrap("RSQLACK2".getBytes(StandardCharsets.US_ASCII)).getLong();

    /**
     * The primary's answer: where its head was at some moment after the request was sent.
     *
     * @param committedTxid 0 before anything of its epoch is committed
     */
    public record Answer(Epoch epoch, long headTxid, long committedTxid) {
        public static final int BYTES = 24;

        public byte[] encode() {
            return ByteBuffer.allocate(BYTES)
                    .putLong(epoch.value())
                    .putLong(headTxid)
                    .putLong(committedTxid)
                    .array();
        }

        public static Answer decode(byte[] bytes) throws StreamFormatException {
            if (bytes.length != BYTES) {
                throw new StreamFormatException(
                        "the answer to an acknowledgement has " + BYTES + " bytes, not " + bytes.length);
            }
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            return new Answer(WirePositions.epoch(buffer), WirePositions.txid(buffer), WirePositions.txid(buffer));
        }
    }

    public byte[] encode() {
        return ByteBuffer.allocate(BYTES)
                .putLong(MAGIC)
                .putLong(epoch.value())
                .putLong(logEpoch.value())
                .putLong(durableTxid)
                .putLong(appliedTxid)
                .array();
    }

    public static Acknowledgement decode(byte[] bytes) throws StreamFormatException {
        if (bytes.length != BYTES || ByteBuffer.wrap(bytes).getLong() != MAGIC) {
            throw new StreamFormatException("these " + bytes.length + " bytes are not an acknowledgement");
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes, 8, BYTES - 8);
        return new Acknowledgement(
                WirePositions.epoch(buffer),
                WirePositions.epoch(buffer),
                WirePositions.txid(buffer),
                WirePositions.txid(buffer));
    }
}
