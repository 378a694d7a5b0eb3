package io.replsqlite.server.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.MonotonicClock;
import io.replsqlite.server.sqlite.SqliteFiles;
import io.replsqlite.server.wal.LockPage;
import io.replsqlite.server.wal.WalFrame;
import io.replsqlite.server.wal.WalHeader;
import io.replsqlite.server.wal.WalIndexHeader;
import io.replsqlite.server.wal.WalMark;
import io.replsqlite.server.wal.WalReader;
import io.replsqlite.server.wal.WalTransaction;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A source database written by SQLite, and a replica fed with what a WalReader captures from it. */
final class Twin implements AutoCloseable {
    final SqliteFiles source;
    final Connection writer;
    final SqliteFiles target;
    final ReplicaFile replica;
    private WalMark captured = WalMark.NONE;

    /** @param setup the pragmas and tables that the source begins with, before it is in WAL mode */
    Twin(Path directory, String... setup) throws Exception {
        Path sourcePath = directory.resolve("source.db");
        Path targetPath = directory.resolve("replica.db");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + sourcePath)) {
            execute(connection, setup);
        }
        source = SqliteFiles.open(sourcePath);
        writer = source.connect();
        copyWhole(source, targetPath);
        target = SqliteFiles.open(targetPath);
        replica = ReplicaFile.open(target, MonotonicClock.SYSTEM);
    }

    private static void copyWhole(SqliteFiles from, Path to) throws IOException {
        int pages = from.pagesInDatabaseFile();
        try (DatabaseFileBuilder builder = new DatabaseFileBuilder(to, from.pageSize())) {
            ByteBuffer page = ByteBuffer.allocate(from.pageSize());
            for (int number = 1; number <= pages; number++) {
                from.readDatabaseFile(number, page.clear());
                if (!isZero(page.flip())) {
                    builder.write(number, page);
                }
            }
            builder.finish(pages);
        }
    }

    private static boolean isZero(ByteBuffer page) {
        for (int at = 0; at < page.limit(); at += 8) {
            if (page.getLong(at) != 0) {
                return false;
            }
        }
        return true;
    }

    static void execute(Connection connection, String... commands) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : commands) {
                statement.execute(sql);
            }
        }
    }

    void write(String... commands) throws SQLException {
        execute(writer, commands);
    }

    /** Captures every new transaction of the source and commits each to the replica. Returns how many. */
    int replicate() throws IOException {
        WalReader reader = reader();
        WalTransaction transaction = new WalTransaction();
        int count = 0;
        while (reader != null && reader.next(sourceHeader().maxFrame(), transaction)) {
            replica.commit(pagesOf(reader, transaction), transaction.databaseSizePages());
            captured = transaction.after();
            count++;
        }
        return count;
    }

    private WalReader reader() throws IOException {
        WalHeader header = WalHeader.read(source.wal());
        if (header == null) {
            return null;
        }
        WalReader reader = new WalReader(source.wal(), header);
        if (captured.isSameGeneration(reader.mark())) {
            reader.startAt(captured);
        }
        return reader;
    }

    private WalIndexHeader sourceHeader() throws IOException {
        WalIndexHeader header = source.walIndex().readHeader();
        assertThat(header).isNotNull();
        return header;
    }

    static PageSource pagesOf(WalReader reader, WalTransaction transaction) {
        int[] next = {0};
        return page -> {
            if (next[0] == transaction.pageCount()) {
                return PageSource.END;
            }
            reader.readPage(transaction.frame(next[0]), page);
            return transaction.pageNumber(next[0]++);
        };
    }

    /** Pages given literally, or read from the source's present state. */
    PageSource sourcePages(Iterable<Integer> numbers) {
        var iterator = numbers.iterator();
        return page -> {
            if (!iterator.hasNext()) {
                return PageSource.END;
            }
            int number = iterator.next();
            page.put(readPage(source, number));
            return number;
        };
    }

    /** A page as a new reader would see it. */
    static byte[] readPage(SqliteFiles files, int number) throws IOException {
        ByteBuffer page = ByteBuffer.allocate(files.pageSize());
        WalIndexHeader header = files.walIndex().readHeader();
        int frame = header == null ? 0 : files.walIndex().findFrame(number, header.maxFrame());
        if (frame > 0) {
            long offset = WalHeader.frameOffset(frame, files.pageSize()) + WalFrame.HEADER_BYTES;
            assertThat(files.wal().read(page, offset)).isEqualTo(files.pageSize());
        } else {
            files.readDatabaseFile(number, page);
        }
        return page.array();
    }

    void assertEqualPages(String context) throws IOException {
        int pages = sourceHeader().databaseSizePages();
        pages = pages == 0 ? source.pagesInDatabaseFile() : pages;
        assertThat(replica.databaseSizePages()).as(context).isEqualTo(pages);
        for (int number = 1; number <= pages; number++) {
            if (number != LockPage.number(source.pageSize())
                    && !Arrays.equals(readPage(source, number), readPage(target, number))) {
                throw new AssertionError(context + ": page " + number + " of " + pages + " differs");
            }
        }
    }

    void assertEqualContent(String context) throws SQLException {
        try (Connection reader = target.connect()) {
            assertThat(dump(reader)).as(context).isEqualTo(dump(writer));
            assertThat(text(reader, "pragma integrity_check")).as(context).isEqualTo("ok");
        }
    }

    static List<String> dump(Connection connection) throws SQLException {
        List<String> lines = new ArrayList<>(
                rows(connection, "select type, name, tbl_name, sql from sqlite_schema order by type, name"));
        for (String table : rows(connection, "select name from sqlite_schema where type = 'table' order by name")) {
            lines.addAll(rows(connection, "select '" + table + "', * from \"" + table + "\" order by 2"));
        }
        return lines;
    }

    static List<String> rows(Connection connection, String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            int columns = row.getMetaData().getColumnCount();
            while (row.next()) {
                StringBuilder line = new StringBuilder();
                for (int column = 1; column <= columns; column++) {
                    line.append(column > 1 ? "|" : "").append(row.getString(column));
                }
                rows.add(line.toString());
            }
        }
        return rows;
    }

    static String text(Connection connection, String sql) throws SQLException {
        return String.join("\n", rows(connection, sql));
    }

    @Override
    public void close() throws Exception {
        replica.close();
        target.close();
        source.close();
    }
}
