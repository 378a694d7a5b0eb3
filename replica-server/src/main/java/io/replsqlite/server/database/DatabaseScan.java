package io.replsqlite.server.database;

import io.replsqlite.base.Position;
import io.replsqlite.base.StateChecksum;
import io.replsqlite.server.pages.PageChecksums;
import io.replsqlite.server.scan.PageScan;
import io.replsqlite.server.store.OpenDatabase;
import io.replsqlite.server.wal.WalIndexHeader;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
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
        try (Connection connection = files.files().connect();
                Statement statement = connection.createStatement()) {
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                WalIndexHeader before = files.files().walIndex().readHeader();
                PageChecksums.Copy copy = files.checksums().copy();
                statement.execute("begin");
                try (ResultSet row = statement.executeQuery("select count(*) from sqlite_schema")) {
                    row.next();
                }
                Result result = before != null && isOneState(files, before, copy)
                        ? compareWhileTheWalStays(files, before, copy)
                        : null;
                statement.execute("commit");
                if (result != null) {
                    return result;
                }
            }
        }
        throw new IOException("The replica changes too fast to be scanned at one txid; try again.");
    }

    /** Whether the snapshot just begun is the one of this header and this copy of the checksums. */
    private boolean isOneState(OpenDatabase files, WalIndexHeader header, PageChecksums.Copy copy) throws IOException {
        return header.equals(files.files().walIndex().readHeader())
                && files.checksums().isSettled() // before the position: a commit may be taken over in between
                && copy.position().equals(files.checksums().position())
                && database.isSettled(header);
    }

    /**
     * A snapshot of which everything is in the database file does not keep the WAL from starting over; frames that were
     * read meanwhile may then be of another commit, or gone. Null if that happened.
     */
    private static @Nullable Result compareWhileTheWalStays(
            OpenDatabase files, WalIndexHeader header, PageChecksums.Copy copy) throws IOException {
        try {
            Result result = compare(files, header, copy);
            return isSameWal(files, header) ? result : null;
        } catch (IOException failure) {
            if (isSameWal(files, header)) {
                throw failure;
            }
            return null;
        }
    }

    private static boolean isSameWal(OpenDatabase files, WalIndexHeader header) throws IOException {
        WalIndexHeader now = files.files().walIndex().readHeader();
        return now != null && now.mark().isSameGeneration(header.mark()) && now.maxFrame() >= header.maxFrame();
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
