package io.replsqlite.server.outcome;

import io.replsqlite.base.Position;
import io.replsqlite.base.Txid;
import io.replsqlite.server.log.BodyHeader;
import io.replsqlite.server.log.ChangeLog;
import io.replsqlite.server.log.CursorSearch;
import io.replsqlite.server.log.LogCursor;
import io.replsqlite.server.log.LogRecord;
import io.replsqlite.server.log.RecordKind;
import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What a database's log says of recent requests. A follower reads on as its log grows, so that it need not read all of it
 * in the moment in which it becomes the primary and everybody waits.
 *
 * <p>On the role thread only.
 */
public final class LoggedOutcomes implements Closeable {
    private static final long MAX_BYTES = 32L << 20;

    private @Nullable ChangeLog log;
    private @Nullable LogCursor cursor;
    private Position readUpTo = Position.START;
    private RecordedOutcomes known = nothing(Txid.ZERO);

    private static RecordedOutcomes nothing(Txid completeSince) {
        return new RecordedOutcomes(completeSince, MAX_BYTES);
    }

    /**
     * Reads what has become durable since, or all that is there if this log is another one, or was begun anew.
     *
     * @param mostRecords so many, and the rest with the next call
     * @return whether everything is read
     */
    public boolean readOn(ChangeLog from, int mostRecords) throws IOException {
        try {
            LogCursor reading = cursorOf(from);
            for (int read = 0; read < mostRecords; read++) {
                LogCursor.Advance advance = reading.advance();
                if (advance == LogCursor.Advance.AT_END) {
                    return true;
                }
                if (advance == LogCursor.Advance.RECORD) {
                    take(reading.record());
                } else {
                    reading = begin(from);
                }
            }
            return false;
        } catch (IOException failure) {
            forget();
            throw failure;
        }
    }

    /** All that is durable; nothing is added to it later. Until the next {@link #readOn} no file is kept open. */
    RecordedOutcomes all(ChangeLog from) throws IOException {
        boolean all = readOn(from, Integer.MAX_VALUE);
        while (!all) {
            all = readOn(from, Integer.MAX_VALUE);
        }
        close();
        return known;
    }

    private LogCursor cursorOf(ChangeLog from) throws IOException {
        LogCursor open = cursor;
        if (from != log) {
            return begin(from);
        }
        if (open != null) {
            return open;
        }
        CursorSearch search = from.after(readUpTo);
        if (search instanceof CursorSearch.Found found) {
            cursor = found.cursor();
            return found.cursor();
        }
        return begin(from);
    }

    private LogCursor begin(ChangeLog from) throws IOException {
        forget();
        LogCursor begun = from.fromBase();
        log = from;
        cursor = begun;
        readUpTo = from.base();
        known = nothing(readUpTo.txid());
        return begun;
    }

    private void forget() throws IOException {
        close();
        log = null;
        known = nothing(Txid.ZERO);
    }

    private void take(LogRecord record) throws IOException {
        BodyHeader commit = record.header();
        if (commit.kind() == RecordKind.COMMIT && commit.attachmentLength() > 0) {
            for (OutcomeEntry entry : OutcomeEntry.decodeAll(record.attachment())) {
                if (entry.isUnattributed()) {
                    known.forgetUpTo(commit.txid());
                } else {
                    known.add(entry, commit.epoch(), commit.txid());
                }
            }
        }
        readUpTo = commit.position();
    }

    @Override
    public void close() throws IOException {
        LogCursor open = cursor;
        cursor = null;
        if (open != null) {
            open.close();
        }
    }
}
