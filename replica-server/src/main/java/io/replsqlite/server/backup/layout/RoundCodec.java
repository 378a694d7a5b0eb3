package io.replsqlite.server.backup.layout;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.Position;
import io.replsqlite.base.StateChecksum;
import io.replsqlite.base.Txid;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32C;

/** The bytes of rounds and points. */
public final class RoundCodec {
    private static final long MAGIC = 0x5253514C524E4431L; // RSQLRND1
    private static final int HEADER_BYTES = 48;
    private static final int COMMIT_BYTES = 48;
    private static final int POINT_BYTES = 32;
    private static final int CRC_BYTES = 4;

    private RoundCodec() {}

    public static byte[] encode(Round round) {
        long embedded =
                round.commits().stream().mapToLong(RoundCodec::ltxLength).sum();
        int table = HEADER_BYTES + COMMIT_BYTES * round.commits().size();
        byte[] bytes = new byte[Math.toIntExact(table + embedded + CRC_BYTES)];
        ByteBuffer out = ByteBuffer.wrap(bytes);
        out.putLong(MAGIC)
                .putInt(round.kind() == Round.Kind.COMMITS ? 1 : 2)
                .putInt(round.commits().size())
                .putLong(round.databaseId().getMostSignificantBits())
                .putLong(round.databaseId().getLeastSignificantBits())
                .putLong(round.uploader().value())
                .putLong(round.first().value());
        long offset = table;
        for (RoundCommit commit : round.commits()) {
            long length = ltxLength(commit);
            putPoint(out, commit);
            out.putLong(length == 0 ? 0 : offset).putLong(length);
            offset += length;
        }
        for (RoundCommit commit : round.commits()) {
            byte[] ltx = commit.ltx();
            if (ltx != null) {
                out.put(ltx);
            }
        }
        return sealed(bytes);
    }

    private static long ltxLength(RoundCommit commit) {
        byte[] ltx = commit.ltx();
        return ltx == null ? 0 : ltx.length;
    }

    private static void putPoint(ByteBuffer out, RoundCommit commit) {
        out.putLong(commit.position().epoch().value())
                .putLong(commit.txid())
                .putLong(commit.position().checksum().bits())
                .putLong(commit.timestampMillis());
    }

    /** Fills in the last four bytes. */
    private static byte[] sealed(byte[] bytes) {
        int end = bytes.length - CRC_BYTES;
        ByteBuffer.wrap(bytes).putInt(end, crc(bytes, end));
        return bytes;
    }

    /** @throws IOException if the bytes are not a round; the message names the key */
    public static Round decode(String key, byte[] bytes) throws IOException {
        try {
            ByteBuffer in = ByteBuffer.wrap(bytes);
            requireIntact(bytes);
            require(in.getLong() == MAGIC, "magic");
            int kind = in.getInt();
            require(kind == 1 || kind == 2, "kind");
            int count = in.getInt();
            require(count > 0 && count <= Round.MAX_COMMITS, "number of commits");
            UUID databaseId = new UUID(in.getLong(), in.getLong());
            Epoch uploader = new Epoch(in.getLong());
            Txid first = new Txid(in.getLong());
            List<RoundCommit> commits = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                commits.add(commit(in, bytes));
            }
            return new Round(kind == 1 ? Round.Kind.COMMITS : Round.Kind.BASE, databaseId, uploader, first, commits);
        } catch (IllegalArgumentException | BufferUnderflowException malformed) {
            throw new IOException(key + " is damaged or no round: " + malformed.getMessage(), malformed);
        }
    }

    private static RoundCommit commit(ByteBuffer in, byte[] bytes) {
        RoundCommit point = point(in);
        long offset = in.getLong();
        long length = in.getLong();
        if (length == 0) {
            return point;
        }
        require(offset > 0 && length > 0 && offset + length <= bytes.length - CRC_BYTES, "place of a change set");
        byte[] ltx = java.util.Arrays.copyOfRange(bytes, (int) offset, (int) (offset + length));
        return new RoundCommit(point.position(), point.timestampMillis(), ltx);
    }

    private static RoundCommit point(ByteBuffer in) {
        Position position =
                new Position(new Epoch(in.getLong()), new Txid(in.getLong()), new StateChecksum(in.getLong()));
        return new RoundCommit(position, in.getLong(), null);
    }

    public static byte[] encodePoint(RoundCommit commit) {
        byte[] bytes = new byte[POINT_BYTES + CRC_BYTES];
        putPoint(ByteBuffer.wrap(bytes), commit);
        return sealed(bytes);
    }

    /** @throws IOException if the bytes are not a point; the message names the key */
    public static RoundCommit decodePoint(String key, byte[] bytes) throws IOException {
        try {
            require(bytes.length == POINT_BYTES + CRC_BYTES, "length");
            requireIntact(bytes);
            return point(ByteBuffer.wrap(bytes));
        } catch (IllegalArgumentException malformed) {
            throw new IOException(key + " is damaged or no point: " + malformed.getMessage(), malformed);
        }
    }

    private static void requireIntact(byte[] bytes) {
        require(bytes.length > CRC_BYTES, "length");
        int end = bytes.length - CRC_BYTES;
        require(ByteBuffer.wrap(bytes).getInt(end) == crc(bytes, end), "checksum");
    }

    private static int crc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException("wrong " + what);
        }
    }
}
