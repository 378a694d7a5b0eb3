package io.replsqlite.server.checkpoint;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.Position;
import io.replsqlite.base.StateChecksum;
import io.replsqlite.base.Txid;
import io.replsqlite.server.files.CheckedFile;
import io.replsqlite.server.wal.WalMark;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * What the database file itself holds: everything up to {@code position}, completely and durably. Recovery starts here.
 *
 * <p>Payload of the checked file {@code checkpoint}, big-endian: 16 database id, 8 epoch, 8 txid, 8 state checksum,
 * 4 page size, 4 database pages, 8 size and 8 modification time (nanoseconds) of the database file, then the end of the
 * WAL that was checkpointed: 8 salts, 4 frame, 8 checksums.
 *
 * @param walEnd the last frame that was copied; the next generation of the WAL has the first salt plus one
 */
public record CheckpointRecord(
        UUID databaseId,
        Position position,
        int pageSize,
        int databasePages,
        long fileBytes,
        long modifiedNanos,
        WalMark walEnd) {
    private static final int MAGIC = 0x52434b31; // "RCK1"
    private static final int PAYLOAD_BYTES = 84;

    public static CheckpointRecord of(
            UUID databaseId, Position position, int pageSize, int databasePages, WalMark walEnd, Path file)
            throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return new CheckpointRecord(
                databaseId, position, pageSize, databasePages, attributes.size(), modifiedNanos(attributes), walEnd);
    }

    /** Whether nobody has written to the database file since. */
    public boolean describes(Path databaseFile) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(databaseFile, BasicFileAttributes.class);
        return attributes.size() == fileBytes && modifiedNanos(attributes) == modifiedNanos;
    }

    CheckpointRecord withWalEnd(WalMark newWalEnd) {
        return new CheckpointRecord(databaseId, position, pageSize, databasePages, fileBytes, modifiedNanos, newWalEnd);
    }

    /** Whether a WAL of this generation holds everything that was committed after the record. */
    public boolean isFollowedBy(WalMark generation) {
        return generation.isSameGeneration(walEnd) || generation.salt1() == walEnd.salt1() + 1;
    }

    private static long modifiedNanos(BasicFileAttributes attributes) {
        return attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS);
    }

    /** Replaces the record on disk; durable when this returns. */
    public void write(Path file) throws IOException {
        ByteBuffer payload = ByteBuffer.allocate(PAYLOAD_BYTES);
        payload.putLong(databaseId.getMostSignificantBits())
                .putLong(databaseId.getLeastSignificantBits())
                .putLong(position.epoch().value())
                .putLong(position.txid().value())
                .putLong(position.checksum().bits())
                .putInt(pageSize)
                .putInt(databasePages)
                .putLong(fileBytes)
                .putLong(modifiedNanos)
                .putInt(walEnd.salt1())
                .putInt(walEnd.salt2())
                .putInt(walEnd.frame())
                .putInt(walEnd.checksum1())
                .putInt(walEnd.checksum2());
        CheckedFile.write(file, MAGIC, payload.array());
    }

    /** The record, or nothing if there never was one. */
    public static Optional<CheckpointRecord> read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        byte[] payload = CheckedFile.read(file, MAGIC);
        if (payload.length != PAYLOAD_BYTES) {
            throw new IOException(file + " has " + payload.length + " bytes of content, not " + PAYLOAD_BYTES);
        }
        ByteBuffer bytes = ByteBuffer.wrap(payload);
        UUID databaseId = new UUID(bytes.getLong(), bytes.getLong());
        Position position =
                new Position(new Epoch(bytes.getLong()), new Txid(bytes.getLong()), new StateChecksum(bytes.getLong()));
        return Optional.of(new CheckpointRecord(
                databaseId,
                position,
                bytes.getInt(),
                bytes.getInt(),
                bytes.getLong(),
                bytes.getLong(),
                new WalMark(bytes.getInt(), bytes.getInt(), bytes.getInt(), bytes.getInt(), bytes.getInt())));
    }
}
