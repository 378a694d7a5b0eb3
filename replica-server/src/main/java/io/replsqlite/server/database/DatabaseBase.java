package io.replsqlite.server.database;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.base.Txid;
import io.replsqlite.server.backup.upload.BaseSource;
import io.replsqlite.server.ltx.LtxEncoder;
import io.replsqlite.server.ltx.LtxHeader;
import io.replsqlite.server.ltx.LtxSink;
import io.replsqlite.server.ltx.PageChecksum;
import io.replsqlite.server.scan.PageScan;
import io.replsqlite.server.store.OpenDatabase;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/**
 * A served database as an LTX snapshot, read through the node's own descriptors while commits go on. Its read transaction
 * keeps the WAL from starting over meanwhile; every page is held against the checksums of the position.
 */
final class DatabaseBase implements BaseSource {
    private static final int ATTEMPTS = 1000;
    private static final Duration SYNC_WAIT = Duration.ofSeconds(30);

    private final ReplicatedDatabase database;
    private final OpenDatabase files;
    private final MonotonicClock clock;

    DatabaseBase(ReplicatedDatabase database, OpenDatabase files, MonotonicClock clock) {
        this.database = database;
        this.files = files;
        this.clock = clock;
    }

    @Override
    public OpenBase open() throws IOException, InterruptedException {
        try {
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                Optional<SettledSnapshot> snapshot = SettledSnapshot.begin(database, files);
                if (snapshot.isPresent()) {
                    return opened(snapshot.get());
                }
            }
        } catch (SQLException failure) {
            throw new IOException("the database cannot be read for a snapshot: " + failure.getMessage(), failure);
        }
        throw new IOException("the database changes too fast to be caught at one txid; it is tried again");
    }

    /** The checksums may speak of a commit that is captured but not durable yet. */
    private OpenBase opened(SettledSnapshot snapshot) throws IOException, SQLException, InterruptedException {
        Txid txid = snapshot.copy().position().txid();
        boolean durable = false;
        try {
            durable = files.log().durableGate().await(txid.value(), Deadline.after(SYNC_WAIT, clock));
            if (!durable) {
                throw new IOException("txid " + txid + " did not become durable within " + SYNC_WAIT);
            }
            return new Base(snapshot, clock.wallMillis());
        } finally {
            if (!durable) {
                snapshot.close();
            }
        }
    }

    private record Base(SettledSnapshot snapshot, long timestampMillis) implements OpenBase {
        @Override
        public Position position() {
            return snapshot.copy().position();
        }

        @Override
        public void writeTo(LtxSink sink) throws IOException {
            PageScan scan = new PageScan(snapshot.files().files(), snapshot.header());
            long[] expected = snapshot.copy().entries();
            LtxHeader header = LtxHeader.of(
                    scan.pageSize(), expected.length, new Txid(1), position().txid(), timestampMillis);
            LtxEncoder encoder = new LtxEncoder();
            encoder.begin(sink, header);
            byte[] page = new byte[scan.pageSize()];
            for (int number = 1; number <= expected.length; number++) {
                if (number != header.lockPage()) {
                    read(scan, number, expected[number - 1], page);
                    long ignored = encoder.page(number, page, 0);
                }
            }
            var ignored = encoder.finish();
        }

        /** If the WAL has started over, everything up to this snapshot is in the file, and stays there while it is open. */
        private void read(PageScan scan, int number, long checksum, byte[] page) throws IOException {
            scan.read(number, page);
            if (PageChecksum.of(number, page, 0, page.length) == checksum) {
                return;
            }
            try {
                snapshot.files().files().readDatabaseFile(number, ByteBuffer.wrap(page));
            } catch (EOFException beyondTheFile) {
                throw new IOException("page " + number + " is not in the database file", beyondTheFile);
            }
            if (PageChecksum.of(number, page, 0, page.length) != checksum) {
                throw new IOException("page " + number + " is not what the log says at " + position()
                        + "; `verify` tells more if this comes again");
            }
        }

        @Override
        public void close() throws IOException {
            try {
                snapshot.close();
            } catch (SQLException failure) {
                throw new IOException("the snapshot's read transaction did not end", failure);
            }
        }
    }
}
