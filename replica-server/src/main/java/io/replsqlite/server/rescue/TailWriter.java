package io.replsqlite.server.rescue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.replsqlite.server.files.DurableFiles;
import io.replsqlite.server.ltx.LtxCompression;
import io.replsqlite.server.ltx.LtxEncoder;
import io.replsqlite.server.ltx.LtxFileName;
import io.replsqlite.server.ltx.LtxHeader;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Writes each transaction to an LTX file of its own, and a line about it; everything synced. */
final class TailWriter implements CommitVisitor, AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path directory;
    private final int pageSize;
    private final LtxEncoder encoder = new LtxEncoder(LtxCompression.LZ4);
    private final SyncedFile transactions;
    private @Nullable SyncedFile ltx;

    TailWriter(Path directory, int pageSize) throws IOException {
        this.directory = directory;
        this.pageSize = pageSize;
        this.transactions = new SyncedFile(RescuedTail.transactionsIn(directory));
    }

    @Override
    public void begin(TailCommit commit) throws IOException {
        String fileName = new LtxFileName(commit.txid(), commit.txid()).toString();
        SyncedFile file = new SyncedFile(directory.resolve(fileName));
        ltx = file;
        encoder.begin(
                file.out::write,
                LtxHeader.of(pageSize, commit.databasePages(), commit.txid(), commit.timestampMillis()));
        transactions.line(describe(commit, fileName));
    }

    private static ObjectNode describe(TailCommit commit, String fileName) {
        ObjectNode line = JSON.createObjectNode()
                .put("txid", commit.txid().value())
                .put("epoch", commit.epoch().value());
        if (commit.logged()) {
            line.put("time", Instant.ofEpochMilli(commit.timestampMillis()).toString());
        }
        line.put("file", fileName).put("databasePages", commit.databasePages()).put("logged", commit.logged());
        ArrayNode requests = line.putArray("requests");
        commit.requests().forEach(id -> requests.add(id.toString()));
        return line;
    }

    @Override
    public void page(int pageNumber, byte[] bytes) throws IOException {
        long ignored = encoder.page(pageNumber, bytes, 0);
    }

    @Override
    public void end() throws IOException {
        var ignored = encoder.finish();
        SyncedFile written = ltx;
        if (written != null) {
            ltx = null;
            written.finish();
        }
    }

    /** Everything is on disk when this returns, but for the entries of the directory. */
    void finish() throws IOException {
        transactions.finish();
    }

    @Override
    public void close() throws IOException {
        try (transactions) {
            SyncedFile unfinished = ltx;
            if (unfinished != null) {
                unfinished.close();
            }
        }
    }

    /** A new file that is written once, from front to back. */
    static final class SyncedFile implements AutoCloseable {
        private final Path path;
        private final FileChannel channel;
        final OutputStream out;

        SyncedFile(Path path) throws IOException {
            this.path = path;
            channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
        }

        void line(ObjectNode json) throws IOException {
            out.write(JSON.writeValueAsString(json).getBytes(StandardCharsets.UTF_8));
            out.write('\n');
        }

        void finish() throws IOException {
            out.flush();
            DurableFiles.force(channel, true, path);
            channel.close();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
