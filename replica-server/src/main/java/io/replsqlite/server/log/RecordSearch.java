package io.replsqlite.server.log;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.Position;
import io.replsqlite.base.Txid;
import io.replsqlite.server.log.LogCursor.Advance;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Finds a place by the segments' base positions, then by the headers of one segment. Positions grow along
 * the log: each record raises the txid or the epoch, and none lowers either.
 */
final class RecordSearch {
    private final Generation generation;
    private final List<Tenure> tenures;

    RecordSearch(Generation generation, List<Tenure> tenures) {
        this.generation = generation;
        this.tenures = tenures;
    }

    CursorSearch after(Position place) throws IOException {
        Position base = generation.first().header().base();
        if (place.compareTo(base) < 0) {
            return isBeyondItsTenure(place) ? new CursorSearch.Unknown() : new CursorSearch.BeforeLog();
        }
        if (place.compareTo(generation.durable().head()) > 0) {
            return new CursorSearch.Unknown();
        }
        return skip(segmentFor(each -> each.compareTo(place) <= 0), place);
    }

    /** A later tenure began at or before the place's txid, so what stands at the place is not of this history. */
    private boolean isBeyondItsTenure(Position place) {
        return tenures.stream()
                .anyMatch(each ->
                        each.epoch().isAfter(place.epoch()) && !each.firstTxid().isAfter(place.txid()));
    }

    private CursorSearch skip(Segment segment, Position place) throws IOException {
        LogCursor cursor = new LogCursor(generation, segment);
        try {
            Position reached = segment.header().base();
            Advance advance = Advance.RECORD;
            while (reached.compareTo(place) < 0 && advance == Advance.RECORD) {
                advance = cursor.advance();
                reached = advance == Advance.RECORD ? cursor.record().header().position() : reached;
            }
            if (advance == Advance.BEFORE_LOG) {
                cursor.close();
                return new CursorSearch.BeforeLog();
            }
            if (reached.equals(place)) {
                return new CursorSearch.Found(cursor);
            }
            cursor.close();
            return new CursorSearch.Unknown();
        } catch (IOException failure) {
            cursor.close();
            throw failure;
        }
    }

    CursorSearch after(Txid place) throws IOException {
        if (generation.first().header().base().txid().isAfter(place)) {
            return new CursorSearch.BeforeLog();
        }
        if (place.isAfter(generation.durable().head().txid())) {
            return new CursorSearch.Unknown();
        }
        Segment segment = segmentFor(each -> each.txid().compareTo(place) <= 0);
        LogCursor cursor = new LogCursor(generation, segment);
        try {
            if (cursor.skipThrough(place) == Advance.BEFORE_LOG) {
                cursor.close();
                return new CursorSearch.BeforeLog();
            }
        } catch (IOException failure) {
            cursor.close();
            throw failure;
        }
        return new CursorSearch.Found(cursor);
    }

    /** Where this log stood in an epoch at a txid; nothing if that is not in it, durably. */
    Optional<Position> at(Epoch epoch, Txid txid) throws IOException {
        Position base = generation.first().header().base();
        if (base.txid().isAfter(txid)
                || txid.isAfter(generation.durable().head().txid())) {
            return Optional.empty();
        }
        Segment segment = segmentFor(each -> each.txid().compareTo(txid) <= 0);
        Position reached = segment.header().base();
        try (LogCursor cursor = new LogCursor(generation, segment)) {
            while (!reached.txid().equals(txid) && cursor.advanceUpTo(txid) == Advance.RECORD) {
                reached = cursor.record().header().position();
            }
        }
        if (!reached.txid().equals(txid)) {
            return Optional.empty();
        }
        return Optional.of(new Position(epoch, txid, reached.checksum()));
    }

    /** The last segment whose base is not beyond the place. */
    private Segment segmentFor(Predicate<Position> notBeyond) {
        Segment found = generation.first();
        for (Segment segment : generation.segments().values()) {
            if (notBeyond.test(segment.header().base())) {
                found = segment;
            }
        }
        return found;
    }
}
