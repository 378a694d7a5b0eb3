package io.replsqlite.server.ship;

import io.replsqlite.base.Position;
import io.replsqlite.base.StateChecksum;
import io.replsqlite.server.log.ChangeLog;
import io.replsqlite.server.log.CommonHistory;
import io.replsqlite.server.log.CursorSearch;
import io.replsqlite.server.log.LogCursor;
import io.replsqlite.server.stream.CommonAnswer;
import io.replsqlite.server.stream.CommonAnswer.Reach;
import io.replsqlite.server.stream.CommonRequest;
import java.io.IOException;
import java.util.Optional;

/** Where a follower's history leaves this log's. */
public final class CommonSearch {
    /** Looking through more change sets than this costs more than comparing the checksums of a large database. */
    private static final long MAX_LOG_BYTES = 64L << 20;

    private final ChangeLog log;

    public CommonSearch(ChangeLog log) {
        this.log = log;
    }

    /** The place, and whether a rewind from there is possible. */
    public CommonAnswer answer(CommonRequest request) throws IOException {
        Optional<CommonHistory> found = CommonHistory.of(
                log.epochHistory(),
                log.durableHead().txid(),
                request.history(),
                request.head().txid());
        if (found.isEmpty()) {
            return CommonAnswer.NONE;
        }
        CommonHistory common = found.get();
        Optional<Position> here = log.positionAt(common.epoch(), common.txid());
        if (here.isEmpty()) {
            Position place = new Position(common.epoch(), common.txid(), StateChecksum.EMPTY);
            return new CommonAnswer(Reach.HISTORY, place);
        }
        return new CommonAnswer(isWorthIt(here.get()) ? Reach.LOG : Reach.FAR, here.get());
    }

    private boolean isWorthIt(Position common) throws IOException {
        if (!(log.after(common) instanceof CursorSearch.Found found)) {
            return false;
        }
        long bytes = 0;
        try (LogCursor cursor = found.cursor()) {
            while (bytes <= MAX_LOG_BYTES && cursor.advance() == LogCursor.Advance.RECORD) {
                bytes += cursor.record().header().bodyLength();
            }
        }
        return bytes <= MAX_LOG_BYTES;
    }
}
