package io.replsqlite.server.database;

import io.replsqlite.base.Position;
import io.replsqlite.base.StateChecksum;
import io.replsqlite.server.pages.PageChecksums;
import io.replsqlite.server.scan.PageScan;
import io.replsqlite.server.store.OpenDatabase;
import io.replsqlite.server.wal.WalIndexHeader;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads every page of a served database as one snapshot shows it and holds it against the checksums at the same txid,
 * while commits go on.
 *
 * <p>The snapshot is a read transaction; that it stands at the checksums' position is seen by reading the position before
 * and after it begins, together with the wal-index header.
 */
public final class DatabaseScan {
    private static final int ATTEMPTS = 200;

    private final ReplicatedDatabase database;

    public DatabaseScan(ReplicatedDatabase database) {
        this.database = database;
    }

    /** @param wrongPages pages whose content is not what the change sets say, ascending */
    public record Result(Position position, StateChecksum found, int pages, int[] wrongPages) {}

    public Result run() throws IOException, SQLException, InterruptedException {
        OpenDatabase files = database.files().orElseThrow(() -> new IOException(database.name() + " is not open yet"));
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try (SettledSnapshot snapshot =
                    SettledSnapshot.begin(database, files).orElse(null)) {
                Result result = snapshot == null ? null : compareWhileTheWalStays(snapshot);
                if (result != null) {
                    return result;
                }
            }
        }
        throw new IOException("The replica changes too fast to be scanned at one txid; try again.");
    }

    /** Null if the WAL has started over meanwhile. */
    private static @Nullable Result compareWhileTheWalStays(SettledSnapshot snapshot) throws IOException {
        try {
            Result result = compare(snapshot.files(), snapshot.header(), snapshot.copy());
            return snapshot.isSameWal() ? result : null;
        } catch (IOException failure) {
            if (snapshot.isSameWal()) {
                throw failure;
            }
            return null;
        }
    }

    private static Result compare(OpenDatabase files, WalIndexHeader header, PageChecksums.Copy copy)
            throws IOException {
        PageScan scan = new PageScan(files.files(), header);
        long[] found = scan.checksums((done, of) -> {});
        long[] expected = copy.entries();
        int[] wrong = new int[Math.max(found.length, expected.length)];
        int count = 0;
        for (int i = 0; i < wrong.length; i++) {
            long one = i < found.length ? found[i] : 0;
            long other = i < expected.length ? expected[i] : 0;
            if (one != other) {
                wrong[count++] = i + 1;
            }
        }
        return new Result(
                copy.position(), PageChecksums.stateOf(found, found.length), found.length, Arrays.copyOf(wrong, count));
    }
}
