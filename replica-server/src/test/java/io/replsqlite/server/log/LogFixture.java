package io.replsqlite.server.log;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.base.StateChecksum;
import io.replsqlite.base.Txid;
import io.replsqlite.server.wal.WalMark;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Commits whose whole content follows from their txid, so that what is read can be judged without
 * remembering it.
 */
final class LogFixture {
    static final UUID DATABASE = new UUID(0x1122334455667788L, 0x99aabbccddeeff00L);
    static final Epoch FIRST_EPOCH = new Epoch(1);
    static final LogSettings SMALL = new LogSettings(4096, 2048);

    private LogFixture() {}

    static ChangeLog open(Path directory) throws IOException {
        return open(directory, SMALL);
    }

    static ChangeLog open(Path directory, LogSettings settings) throws IOException {
        return ChangeLog.open(directory, DATABASE, Position.START, settings, MonotonicClock.SYSTEM);
    }

    static StateChecksum checksum(long txid) {
        return txid == 0 ? StateChecksum.EMPTY : new StateChecksum(Long.MIN_VALUE | txid * 0x9e3779b97f4a7c15L);
    }

    static Position position(long epoch, long txid) {
        return new Position(new Epoch(epoch), new Txid(txid), checksum(txid));
    }

    static CommitSpec commit(long epoch, long txid) {
        return new CommitSpec(
                new Epoch(epoch),
                new Txid(txid),
                checksum(txid - 1),
                checksum(txid),
                1000 + txid,
                4096,
                (int) txid + 1,
                ByteBuffer.wrap(outcomes(txid)),
                new WalMark(1, 2, (int) txid, 3, 4));
    }

    static byte[] outcomes(long txid) {
        return random(txid * 31 + 7, new Random(txid).nextInt(40));
    }

    static byte[] ltx(long txid) {
        return random(txid, 100 + new Random(txid).nextInt(400));
    }

    private static byte[] random(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    static void append(ChangeLog log, long epoch, long txid) throws IOException {
        log.append(commit(epoch, txid), ByteBuffer.wrap(ltx(txid)));
    }

    /** Appends and syncs commits of epoch 1, one by one. */
    static void fill(ChangeLog log, long firstTxid, long lastTxid) throws IOException {
        for (long txid = firstTxid; txid <= lastTxid; txid++) {
            append(log, 1, txid);
            log.sync();
        }
    }

    static byte[] body(LogRecord record) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        record.transferBody(bytes);
        return bytes.toByteArray();
    }

    /** Reads all that is durable and requires every byte of it to be right; the positions read. */
    static List<Position> readAll(ChangeLog log) throws IOException {
        List<Position> positions = new ArrayList<>();
        try (LogCursor cursor = log.fromBase()) {
            while (cursor.advance() == LogCursor.Advance.RECORD) {
                LogRecord record = cursor.record();
                requireRight(record);
                positions.add(record.header().position());
            }
        }
        return positions;
    }

    static void requireRight(LogRecord record) throws IOException {
        if (record.header().kind() == RecordKind.EPOCH) {
            return;
        }
        long txid = record.header().txid().value();
        byte[] ltx;
        try (var stream = record.openLtx()) {
            ltx = stream.readAllBytes();
        }
        boolean right = java.util.Arrays.equals(ltx, ltx(txid))
                && java.util.Arrays.equals(record.attachment(), outcomes(txid))
                && record.header().checksum().equals(checksum(txid))
                && record.header().timestampMillis() == 1000 + txid
                && record.header().databasePages() == txid + 1;
        if (!right) {
            throw new AssertionError("wrong content served for txid " + txid);
        }
    }

    static List<Path> segments(Path log) throws IOException {
        try (Stream<Path> tree = Files.walk(log)) {
            return tree.filter(each -> each.toString().endsWith(".log"))
                    .sorted()
                    .toList();
        }
    }

    static void copyTree(Path from, Path to) throws IOException {
        try (Stream<Path> tree = Files.walk(from)) {
            tree.forEach(each -> {
                try {
                    Path target = to.resolve(from.relativize(each).toString());
                    if (Files.isDirectory(each)) {
                        Files.createDirectories(target);
                    } else {
                        Files.copy(each, target);
                    }
                } catch (IOException failure) {
                    throw new UncheckedIOException(failure);
                }
            });
        }
    }
}
