package io.replsqlite.server.backup.upload;

import io.replsqlite.base.Position;
import io.replsqlite.base.Txid;
import io.replsqlite.server.backup.layout.Round;
import io.replsqlite.server.backup.layout.RoundCommit;
import io.replsqlite.server.log.LogCursor;
import io.replsqlite.server.log.LogRecord;
import io.replsqlite.server.log.RecordKind;
import io.replsqlite.server.ltx.LtxCompactor;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes rounds of the log: as many commits as fit, or one that is too large to be held. For one thread. */
final class RoundReader implements Closeable {
    private static final int MAX_COMMITS = 1000;
    private static final long MAX_BYTES = 8L << 20;

    private final BackupSource source;
    private final LogCursor cursor;
    private final List<RoundCommit> commits = new ArrayList<>();
    private Position end;
    private long bytes;
    /** Whether the cursor stands at a record that the last round had no room for. */
    private boolean carried;

    RoundReader(BackupSource source, LogCursor cursor, Position end) {
        this.source = source;
        this.cursor = cursor;
        this.end = end;
    }

    /** The next round of what is committed, or null if nothing is to be uploaded. */
    @Nullable
    Draft next() throws IOException, LogGapException {
        commits.clear();
        bytes = 0;
        LogRecord record = carried ? cursor.record() : nextCommit();
        carried = false;
        while (record != null) {
            boolean large = record.header().ltxLength() > MAX_BYTES;
            if (!commits.isEmpty() && (large || bytes + record.header().ltxLength() > MAX_BYTES)) {
                carried = true;
                break;
            }
            requireNext(record);
            end = record.header().position();
            if (large) {
                return alone(record);
            }
            add(record);
            record = commits.size() < MAX_COMMITS ? nextCommit() : null;
        }
        return commits.isEmpty() ? null : together();
    }

    private @Nullable LogRecord nextCommit() throws IOException, LogGapException {
        Txid committed = source.committed().current();
        LogCursor.Advance step = cursor.advanceUpTo(committed);
        while (step == LogCursor.Advance.RECORD && cursor.record().header().kind() != RecordKind.COMMIT) {
            step = cursor.advanceUpTo(committed);
        }
        if (step == LogCursor.Advance.BEFORE_LOG) {
            throw new LogGapException("the log of this node no longer has what follows txid " + end.txid());
        }
        return step == LogCursor.Advance.RECORD ? cursor.record() : null;
    }

    private void requireNext(LogRecord record) throws LogGapException {
        if (!record.header().txid().equals(end.txid().next())) {
            throw new LogGapException(
                    "the log goes on with txid " + record.header().txid() + " after " + end.txid());
        }
    }

    private void add(LogRecord record) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (InputStream ltx = record.openLtx()) {
            var ignored = LtxCompactor.compact(List.of(ltx), out::write);
        }
        commits.add(commit(record, out.toByteArray()));
        bytes += record.header().ltxLength();
    }

    private static RoundCommit commit(LogRecord record, byte @Nullable [] ltx) {
        return new RoundCommit(record.header().position(), record.header().timestampMillis(), ltx);
    }

    private Draft alone(LogRecord record) {
        return new Draft(round(List.of(commit(record, null))), Draft.streamed(record::openLtx));
    }

    private Draft together() throws IOException {
        List<byte[]> changes = new ArrayList<>();
        for (RoundCommit commit : commits) {
            byte[] ltx = commit.ltx();
            if (ltx != null) {
                changes.add(ltx);
            }
        }
        if (changes.size() == 1) {
            RoundCommit only = commits.get(0);
            Round round = round(List.of(new RoundCommit(only.position(), only.timestampMillis(), null)));
            return new Draft(round, Draft.of(changes.get(0)));
        }
        return new Draft(round(commits), Draft.of(Draft.merged(changes)));
    }

    private Round round(List<RoundCommit> ofCommits) {
        return new Round(
                Round.Kind.COMMITS,
                source.databaseId(),
                source.epoch(),
                ofCommits.get(0).position().txid(),
                ofCommits);
    }

    /** What the log has beyond the last round, at most. */
    long bytesBehindAtMost() throws IOException {
        return cursor.bytesAheadAtMost();
    }

    @Override
    public void close() throws IOException {
        cursor.close();
    }
}
