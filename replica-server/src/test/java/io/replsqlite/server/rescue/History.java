package io.replsqlite.server.rescue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.Txid;
import io.replsqlite.server.btree.UnreadablePageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A real database, its pages after each transaction, and what the rows of the transactions are told to be. */
final class History implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path directory;
    private final Path file;
    private final Connection connection;
    private final List<byte[][]> states = new ArrayList<>();
    private final Set<Integer> unknown = new HashSet<>();

    History(Path directory, String... pragmas) throws SQLException {
        this.directory = directory;
        this.file = directory.resolve("history.db");
        connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        for (String pragma : pragmas) {
            execute(pragma);
        }
    }

    Connection connection() {
        return connection;
    }

    void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Everything up to here is the state before the tail. */
    Path common() throws IOException {
        states.clear();
        states.add(pages());
        return Files.copy(file, directory.resolve("common.db"));
    }

    /** Everything since the last call is one transaction of the tail. */
    void transaction(String... sql) throws IOException, SQLException {
        execute("begin");
        for (String one : sql) {
            execute(one);
        }
        execute("commit");
        committed();
    }

    void committed() throws IOException {
        states.add(pages());
    }

    /** The page as it was before the tail is not to be had. */
    void forget(int page) {
        unknown.add(page);
    }

    private byte[][] pages() throws IOException {
        byte[] all = Files.readAllBytes(file);
        int pageSize = (all[16] & 0xff) << 8 | (all[17] & 0xff);
        pageSize = pageSize == 1 ? 65536 : pageSize;
        byte[][] pages = new byte[all.length / pageSize][];
        for (int i = 0; i < pages.length; i++) {
            pages[i] = Arrays.copyOfRange(all, i * pageSize, (i + 1) * pageSize);
        }
        return pages;
    }

    /** The lines that the tail is told in. */
    List<JsonNode> tell() throws IOException, SQLException {
        byte[][] before = states.get(0);
        Path rows = directory.resolve("rows.jsonl");
        Files.deleteIfExists(rows);
        try (ColumnReader columns = new ColumnReader();
                TailWriter.SyncedFile out = new TailWriter.SyncedFile(rows);
                PageLayers layers = new PageLayers(this::commonPage, before[0].length, rows)) {
            TransactionRows visitor = new TransactionRows(layers, columns, new RowLines(out), () -> false);
            for (int i = 1; i < states.size(); i++) {
                visit(i, visitor);
            }
            out.finish();
        }
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(rows)) {
            lines.add(JSON.readTree(line));
        }
        return lines;
    }

    private byte[] commonPage(int page) throws UnreadablePageException {
        if (unknown.contains(page) || page > states.get(0).length) {
            throw new UnreadablePageException("page " + page + " is not known");
        }
        return states.get(0)[page - 1];
    }

    private void visit(int index, CommitVisitor visitor) throws IOException {
        byte[][] before = states.get(index - 1);
        byte[][] after = states.get(index);
        visitor.begin(
                new TailCommit(new Epoch(3), new Txid(100 + index), true, 1000L * index, after.length, List.of()));
        for (int page = 1; page <= after.length; page++) {
            if (page > before.length || !Arrays.equals(before[page - 1], after[page - 1])) {
                visitor.page(page, after[page - 1]);
            }
        }
        visitor.end();
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
