package io.replsqlite.harness.simulation.node;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.Position;
import io.replsqlite.base.StateChecksum;
import io.replsqlite.base.Txid;
import io.replsqlite.server.files.CheckedFile;
import io.replsqlite.server.log.BodyHeader;
import io.replsqlite.server.log.LogRecord;
import io.replsqlite.server.log.RecordKind;
import io.replsqlite.server.ltx.PageChecksum;
import io.replsqlite.server.pages.PageChecksums;
import io.replsqlite.server.store.DivergedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** The database of the simulation: a few pages, with SQLite's smallest page size, and the product's checksums. */
final class PageStore {
    static final int PAGES = 4;
    static final int PAGE_BYTES = 512;
    private static final int MAGIC = 0x53494d50; // "SIMP"

    private final byte[][] pages = new byte[PAGES][PAGE_BYTES];
    private final long[] checksums = new long[PAGES];
    private Position position;

    private PageStore(Position position) {
        this.position = position;
    }

    /** Empty pages, before the first commit. */
    static PageStore founded() {
        PageStore store = new PageStore(Position.START);
        for (int i = 0; i < PAGES; i++) {
            store.checksum(i);
        }
        store.position = new Position(Epoch.NONE, Txid.ZERO, store.state());
        return store;
    }

    private void checksum(int index) {
        checksums[index] = PageChecksum.of(index + 1, pages[index], 0, PAGE_BYTES);
    }

    StateChecksum state() {
        return PageChecksums.stateOf(checksums, PAGES);
    }

    Position position() {
        return position;
    }

    long[] checksums() {
        return checksums.clone();
    }

    ByteBuffer page(int number) {
        return ByteBuffer.wrap(pages[number - 1]).asReadOnlyBuffer();
    }

    void moveTo(Position next) {
        position = next;
    }

    void receive(int number, byte[] source, int offset) {
        System.arraycopy(source, offset, pages[number - 1], 0, PAGE_BYTES);
        checksum(number - 1);
    }

    /** Writes a value somewhere; answers the change set: page number, then the page. */
    ByteBuffer write(long value) {
        int index = (int) (value % PAGES);
        int slot = (int) (value / PAGES % (PAGE_BYTES / Long.BYTES));
        ByteBuffer.wrap(pages[index]).putLong(slot * Long.BYTES, spread(value));
        checksum(index);
        return ByteBuffer.allocate(Integer.BYTES + PAGE_BYTES)
                .putInt(index + 1)
                .put(pages[index])
                .flip();
    }

    /** Not linear: the state checksum is an XOR of CRCs, in which like changes of several pages cancel out. */
    private static long spread(long value) {
        long mixed = value * 0x9e3779b97f4a7c15L;
        mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
        return mixed ^ (mixed >>> 27);
    }

    /** @throws DivergedException if it was not made from this state, or does not give the state that it names */
    void apply(LogRecord record) throws IOException {
        BodyHeader header = record.header();
        if (!header.previousChecksum().equals(position.checksum())) {
            throw new DivergedException("record " + header.position() + " does not follow " + position);
        }
        if (header.kind() == RecordKind.COMMIT) {
            try (InputStream in = record.openLtx()) {
                ByteBuffer change = ByteBuffer.wrap(in.readAllBytes());
                receive(change.getInt(), change.array(), Integer.BYTES);
            }
        }
        if (!state().equals(header.checksum())) {
            throw new DivergedException("after " + header.position() + " the state is " + state());
        }
        position = header.position();
    }

    void save(Path file) throws IOException {
        ByteBuffer payload = ByteBuffer.allocate(3 * Long.BYTES + PAGES * PAGE_BYTES)
                .putLong(position.epoch().value())
                .putLong(position.txid().value())
                .putLong(position.checksum().bits());
        for (byte[] page : pages) {
            payload.put(page);
        }
        CheckedFile.write(file, MAGIC, payload.array());
    }

    static PageStore load(Path file) throws IOException {
        ByteBuffer payload = ByteBuffer.wrap(CheckedFile.read(file, MAGIC));
        PageStore store = new PageStore(new Position(
                new Epoch(payload.getLong()), new Txid(payload.getLong()), new StateChecksum(payload.getLong())));
        for (int i = 0; i < PAGES; i++) {
            payload.get(store.pages[i]);
            store.checksum(i);
        }
        if (!store.state().equals(store.position.checksum())) {
            throw new IOException(file + " holds state " + store.state() + ", not " + store.position);
        }
        return store;
    }
}
