package io.replsqlite.server.backup.upload;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.base.StateChecksum;
import io.replsqlite.base.Txid;
import io.replsqlite.server.log.ChangeLog;
import io.replsqlite.server.log.CommitSpec;
import io.replsqlite.server.log.LogCursor;
import io.replsqlite.server.log.LogSettings;
import io.replsqlite.server.ltx.LtxEncoder;
import io.replsqlite.server.ltx.LtxHeader;
import io.replsqlite.server.ltx.LtxSink;
import io.replsqlite.server.ltx.PageChecksum;
import io.replsqlite.server.wal.WalMark;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;

/** A log of random commits and the pages that they make: a primary without SQLite. One thread commits. */
final class ModelLog implements AutoCloseable {
    static final UUID DATABASE = new UUID(1, 2);
    private static final int PAGE_SIZE = 512;
    private static final int PAGES = 40;

    private final ChangeLog log;
    private final TreeMap<Integer, byte[]> pages = new TreeMap<>();
    private Position position;

    /** Starts, as an adopted database does, with txid 1 as the base of its log. */
    ModelLog(Path directory, Random random) throws IOException {
        for (int number = 1; number <= PAGES; number++) {
            pages.put(number, page(random));
        }
        position = new Position(Epoch.NONE, new Txid(1), state());
        log = ChangeLog.open(directory, DATABASE, position, new LogSettings(4096, 1024), MonotonicClock.SYSTEM);
    }

    /** A follower that has everything the other has. */
    ModelLog(Path directory, ModelLog other) throws IOException {
        pages.putAll(other.pages);
        log = ChangeLog.open(directory, DATABASE, other.log.base(), new LogSettings(4096, 1024), MonotonicClock.SYSTEM);
        try (LogCursor cursor = other.log.fromBase()) {
            while (cursor.advance() == LogCursor.Advance.RECORD) {
                ByteArrayOutputStream body = new ByteArrayOutputStream();
                cursor.record().transferBody(body);
                Position ignored = log.appendBody(new ByteArrayInputStream(body.toByteArray()));
            }
        }
        position = log.sync();
    }

    private static byte[] page(Random random) {
        byte[] page = new byte[PAGE_SIZE];
        random.nextBytes(page);
        return page;
    }

    private StateChecksum state() {
        long state = StateChecksum.EMPTY.bits();
        for (var page : pages.entrySet()) {
            state = PageChecksum.toggle(state, PageChecksum.of(page.getKey(), page.getValue(), 0, PAGE_SIZE));
        }
        return new StateChecksum(state);
    }

    ChangeLog log() {
        return log;
    }

    synchronized Position position() {
        return position;
    }

    synchronized void beginEpoch(long epoch) throws IOException {
        Position ignored = log.appendEpoch(new Epoch(epoch), "node", null);
        position = log.sync();
    }

    /** Changes a few pages, or most of them. */
    synchronized Position commit(long epoch, Random random) throws IOException {
        StateChecksum before = state();
        TreeMap<Integer, byte[]> changed = new TreeMap<>();
        for (int i = 0; i <= random.nextInt(6); i++) {
            changed.put(1 + random.nextInt(PAGES), page(random));
        }
        pages.putAll(changed);
        Txid txid = position.txid().next();
        ByteArrayOutputStream ltx = new ByteArrayOutputStream();
        encode(LtxHeader.of(PAGE_SIZE, PAGES, txid, txid.value() * 1000), changed, ltx::write);
        CommitSpec spec = new CommitSpec(
                new Epoch(epoch),
                txid,
                before,
                state(),
                txid.value() * 1000,
                PAGE_SIZE,
                PAGES,
                ByteBuffer.allocate(0),
                WalMark.NONE);
        Position ignored = log.append(spec, ByteBuffer.wrap(ltx.toByteArray()));
        position = log.sync();
        return position;
    }

    private static void encode(LtxHeader header, TreeMap<Integer, byte[]> pages, LtxSink sink) throws IOException {
        LtxEncoder encoder = new LtxEncoder();
        encoder.begin(sink, header);
        for (var page : pages.entrySet()) {
            long ignored = encoder.page(page.getKey(), page.getValue(), 0);
        }
        var ignored = encoder.finish();
    }

    BaseSource base() {
        return () -> {
            synchronized (ModelLog.this) {
                return new Base(position, new TreeMap<>(pages));
            }
        };
    }

    private record Base(Position position, TreeMap<Integer, byte[]> pages) implements BaseSource.OpenBase {
        @Override
        public long timestampMillis() {
            return position.txid().value() * 1000;
        }

        @Override
        public void writeTo(LtxSink sink) throws IOException {
            encode(LtxHeader.of(PAGE_SIZE, PAGES, new Txid(1), position.txid(), timestampMillis()), pages, sink);
        }

        @Override
        public void close() {
            // holds nothing
        }
    }

    @Override
    public void close() throws IOException {
        log.close();
    }
}
