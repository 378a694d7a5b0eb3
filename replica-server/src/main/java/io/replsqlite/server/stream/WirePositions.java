package io.replsqlite.server.stream;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.Position;
import io.replsqlite.base.StateChecksum;
import io.replsqlite.base.Txid;
import java.nio.ByteBuffer;

/** Positions and their parts as a peer sends them: 8 bytes each; epochs and txids are never negative. */
final class WirePositions {
    private WirePositions() {}

    static Epoch epoch(ByteBuffer bytes) throws StreamFormatException {
        return new Epoch(notNegative(bytes, "an epoch"));
    }

    static long txid(ByteBuffer bytes) throws StreamFormatException {
        return notNegative(bytes, "a txid");
    }

    static void put(ByteBuffer bytes, Position position) {
        bytes.putLong(position.epoch().value())
                .putLong(position.txid().value())
                .putLong(position.checksum().bits());
    }

    static Position position(ByteBuffer bytes) throws StreamFormatException {
        Epoch epoch = epoch(bytes);
        long txid = txid(bytes);
        long checksum = bytes.getLong();
        if (checksum >= 0) {
            throw new StreamFormatException("a state checksum without its bit 63 arrived");
        }
        return new Position(epoch, new Txid(txid), new StateChecksum(checksum));
    }

    private static long notNegative(ByteBuffer bytes, String what) throws StreamFormatException {
        long value = bytes.getLong();
        if (value < 0) {
            throw new StreamFormatException(what + " of " + value + " arrived");
        }
        return value;
    }
}
