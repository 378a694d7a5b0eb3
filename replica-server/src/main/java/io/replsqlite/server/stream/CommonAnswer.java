package io.replsqlite.server.stream;

import io.replsqlite.base.Position;
import java.nio.ByteBuffer;

/**
 * Up to where a follower's history is also the primary's.
 *
 * @param reach what the primary knows of the place
 * @param position the place; its checksum counts only where the primary's log has it
 */
public record CommonAnswer(Reach reach, Position position) {
    public static final int BYTES = 28;
    public static final CommonAnswer NONE = new CommonAnswer(Reach.UNKNOWN, Position.START);

    /** What the primary knows of the common position. */
    public enum Reach {
        /** Nothing: the histories contradict each other. */
        UNKNOWN(0),
        /** Epoch and txid, from the history of epochs; what followed is not in the log any more. */
        HISTORY(1),
        /** All of it; what followed is in the log, but too much to look through. */
        FAR(2),
        /** All of it, and a rewind is possible. */
        LOG(3);

        private final int code;

        Reach(int code) {
            this.code = code;
        }

        static Reach ofCode(int code) throws StreamFormatException {
            for (Reach reach : values()) {
                if (reach.code == code) {
                    return reach;
                }
            }
            throw new StreamFormatException("a common position of kind " + code + " arrived");
        }
    }

    public byte[] encode() {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES).putInt(reach.code);
        WirePositions.put(bytes, position);
        return bytes.array();
    }

    public static CommonAnswer decode(byte[] bytes) throws StreamFormatException {
        if (bytes.length != BYTES) {
            throw new StreamFormatException("a common position takes " + BYTES + " bytes, not " + bytes.length);
        }
        ByteBuffer from = ByteBuffer.wrap(bytes);
        return new CommonAnswer(Reach.ofCode(from.getInt()), WirePositions.position(from));
    }
}
