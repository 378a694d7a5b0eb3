package io.replsqlite.server.log;

import static io.replsqlite.server.log.LogFixture.append;
import static io.replsqlite.server.log.LogFixture.body;
import static io.replsqlite.server.log.LogFixture.commit;
import static io.replsqlite.server.log.LogFixture.fill;
import static io.replsqlite.server.log.LogFixture.ltx;
import static io.replsqlite.server.log.LogFixture.outcomes;
import static io.replsqlite.server.log.LogFixture.position;
import static io.replsqlite.server.log.LogFixture.readAll;
import static io.replsqlite.server.log.LogFixture.segments;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.base.Txid;
import io.replsqlite.server.log.LogCursor.Advance;
import io.replsqlite.server.wal.WalMark;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChangeLogTest {
    @TempDir
    Path parent;

    private Path directory() {
        return parent.resolve("log");
    }

    @Test
    void readsBackWhatWasAppendedAcrossManySegmentsAndAReopen() throws IOException {
        List<Position> written = new ArrayList<>();
        try (ChangeLog log = open(directory())) {
            written.add(log.appendEpoch(new Epoch(1), "node-a", "http://a:7331"));
            for (long txid = 1; txid <= 60; txid++) {
                append(log, 1, txid);
                written.add(position(1, txid));
            }
            assertThat(log.sync()).isEqualTo(position(1, 60));
            assertThat(readAll(log)).isEqualTo(written);
        }
        assertThat(segments(directory())).hasSizeGreaterThan(4);
        try (ChangeLog log = open(directory())) {
            assertThat(log.durableHead()).isEqualTo(position(1, 60));
            assertThat(readAll(log)).isEqualTo(written);
            assertThat(log.verify()).isEqualTo(61);
            assertThat(log.cutAtRecoveryBytes()).isZero();
            fill(log, 61, 70);
            assertThat(readAll(log)).hasSize(71);
        }
    }

    @Test
    void showsNothingToReadersBeforeTheSync() throws IOException {
        try (ChangeLog log = open(directory());
                LogCursor cursor = log.fromBase()) {
            append(log, 1, 1);
            assertThat(log.head()).isEqualTo(position(1, 1));
            assertThat(log.durableHead()).isEqualTo(Position.START);
            assertThat(cursor.advance()).isEqualTo(Advance.AT_END);
            log.sync();
            assertThat(log.durableGate().current()).isEqualTo(new Txid(1));
            assertThat(cursor.advance()).isEqualTo(Advance.RECORD);
            assertThat(cursor.record().walMark()).isEqualTo(new WalMark(1, 2, 1, 3, 4));
            assertThat(cursor.advance()).isEqualTo(Advance.AT_END);
        }
    }

    @Test
    void staysInFrontOfARecordBeyondTheLimit() throws IOException {
        try (ChangeLog log = open(directory());
                LogCursor cursor = log.fromBase()) {
            fill(log, 1, 3);
            assertThat(cursor.advanceUpTo(new Txid(1))).isEqualTo(Advance.RECORD);
            assertThat(cursor.advanceUpTo(new Txid(1))).isEqualTo(Advance.AT_END);
            assertThat(cursor.advanceUpTo(new Txid(2))).isEqualTo(Advance.RECORD);
            assertThat(cursor.record().header().txid()).isEqualTo(new Txid(2));
        }
    }

    @Test
    void shipsBodiesByteForByte() throws IOException {
        try (ChangeLog primary = open(directory());
                ChangeLog follower = open(parent.resolve("follower"))) {
            primary.appendEpoch(new Epoch(1), "node-a", null);
            fill(primary, 1, 20);
            boolean asStream = false;
            try (LogCursor cursor = primary.fromBase()) {
                while (cursor.advance() == Advance.RECORD) {
                    byte[] shipped = body(cursor.record());
                    assertThat(shipped).hasSize((int) cursor.record().header().bodyLength());
                    asStream = !asStream;
                    if (asStream) {
                        follower.appendBody(new ByteArrayInputStream(shipped));
                    } else {
                        follower.appendBody(ByteBuffer.wrap(shipped));
                    }
                }
            }
            assertThat(follower.sync()).isEqualTo(primary.durableHead());
            assertThat(follower.epochHistory()).isEqualTo(primary.epochHistory());
            assertSameBodies(primary, follower);
        }
    }

    private static void assertSameBodies(ChangeLog primary, ChangeLog follower) throws IOException {
        try (LogCursor one = primary.fromBase();
                LogCursor other = follower.fromBase()) {
            while (one.advance() == Advance.RECORD) {
                assertThat(other.advance()).isEqualTo(Advance.RECORD);
                assertThat(body(other.record())).isEqualTo(body(one.record()));
                assertThat(other.record().walMark()).isEqualTo(WalMark.NONE);
            }
        }
    }

    @Test
    void findsThePlaceAfterEveryPositionAndKnowsWhatIsNotIts() throws IOException {
        try (ChangeLog log = open(directory())) {
            fill(log, 1, 30);
            log.appendEpoch(new Epoch(5), "node-b", null);
            append(log, 5, 31);
            log.sync();
            List<Position> all = readAll(log);
            assertFollows(log, Position.START, all.get(0));
            for (int i = 0; i + 1 < all.size(); i++) {
                assertFollows(log, all.get(i), all.get(i + 1));
            }
            assertThat(log.after(position(5, 32))).isInstanceOf(CursorSearch.Unknown.class);
            assertThat(log.after(position(4, 30))).isInstanceOf(CursorSearch.Unknown.class);
            assertThat(log.after(position(1, 31))).isInstanceOf(CursorSearch.Unknown.class);
            Position otherState = new Position(new Epoch(1), new Txid(7), LogFixture.checksum(8));
            assertThat(log.after(otherState)).isInstanceOf(CursorSearch.Unknown.class);
            assertThat(firstAfter(log.after(new Txid(30)))).isEqualTo(position(5, 31));
            assertThat(firstAfter(log.after(new Txid(11)))).isEqualTo(position(1, 12));
            assertThat(log.after(new Txid(32))).isInstanceOf(CursorSearch.Unknown.class);
        }
    }

    private static void assertFollows(ChangeLog log, Position place, Position next) throws IOException {
        assertThat(firstAfter(log.after(place))).isEqualTo(next);
    }

    private static Position firstAfter(CursorSearch search) throws IOException {
        try (LogCursor cursor = ((CursorSearch.Found) search).cursor()) {
            assertThat(cursor.advance()).isEqualTo(Advance.RECORD);
            return cursor.record().header().position();
        }
    }

    @Test
    void startsAnywhereAndRemembersItWhileEmpty() throws IOException {
        Position base = position(9, 1000);
        open(base).close();
        try (ChangeLog log = open(Position.START)) {
            assertThat(log.base()).isEqualTo(base);
            assertThat(log.durableHead()).isEqualTo(base);
            assertThat(log.after(position(9, 999))).isInstanceOf(CursorSearch.BeforeLog.class);
            append(log, 9, 1001);
            assertThat(log.sync()).isEqualTo(position(9, 1001));
        }
    }

    private ChangeLog open(Position baseIfNew) throws IOException {
        return ChangeLog.open(directory(), LogFixture.DATABASE, baseIfNew, LogFixture.SMALL, MonotonicClock.SYSTEM);
    }

    private static ChangeLog open(Path directory) throws IOException {
        return LogFixture.open(directory);
    }

    @Test
    void carriesTheTenuresOverRotationRetentionAndReopen() throws IOException {
        try (ChangeLog log = open(directory())) {
            log.appendEpoch(new Epoch(1), "node-a", "http://a");
            fill(log, 1, 20);
            log.appendEpoch(new Epoch(2), "node-ü", null);
            for (long txid = 21; txid <= 60; txid++) {
                append(log, 2, txid);
            }
            log.sync();
            assertThat(log.retain(new RetentionPolicy(0, 0, new Txid(55)))).isPositive();
        }
        try (ChangeLog log = open(directory())) {
            assertThat(log.base().txid().value()).isGreaterThan(30);
            assertThat(log.epochHistory())
                    .containsExactly(
                            new Tenure(new Epoch(1), new Txid(1), "node-a", "http://a"),
                            new Tenure(new Epoch(2), new Txid(21), "node-ü", null));
        }
    }

    @Test
    void anAbandonedRecordLeavesNothing() throws IOException {
        try (ChangeLog log = open(directory())) {
            fill(log, 1, 2);
            try (PendingRecord record = log.append(commit(1, 3));
                    OutputStream stream = record.ltx()) {
                stream.write(new byte[1 << 20]);
            }
            append(log, 1, 3);
            log.sync();
            assertThat(readAll(log)).hasSize(3);
        }
        try (ChangeLog log = open(directory())) {
            assertThat(log.cutAtRecoveryBytes()).isZero();
            assertThat(readAll(log)).hasSize(3);
        }
    }

    @Test
    void outcomesAndChangeSetsMayBeLargerThanTheWriteBuffer() throws IOException {
        byte[] outcomes = new byte[(1 << 20) + 3];
        byte[] ltx = new byte[(3 << 20) + 5];
        new java.util.Random(1).nextBytes(outcomes);
        new java.util.Random(2).nextBytes(ltx);
        CommitSpec small = commit(1, 1);
        CommitSpec large = new CommitSpec(
                small.epoch(),
                small.txid(),
                small.previousChecksum(),
                small.checksum(),
                0,
                512,
                9,
                ByteBuffer.wrap(outcomes),
                WalMark.NONE);
        try (ChangeLog log = open(directory())) {
            log.append(large, ByteBuffer.wrap(ltx));
            log.sync();
        }
        try (ChangeLog log = open(directory());
                ChangeLog follower = open(parent.resolve("follower"));
                LogCursor cursor = log.fromBase()) {
            assertThat(cursor.advance()).isEqualTo(Advance.RECORD);
            assertThat(cursor.record().attachment()).isEqualTo(outcomes);
            assertThat(cursor.record().openLtx().readAllBytes()).isEqualTo(ltx);
            byte[] shipped = body(cursor.record());
            ByteBuffer half = ByteBuffer.wrap(shipped, 0, shipped.length / 2);
            assertThatThrownBy(() -> follower.appendBody(half)).hasMessageContaining("ends early");
            follower.appendBody(ByteBuffer.wrap(shipped));
            assertThat(follower.sync()).isEqualTo(log.head());
        }
    }

    @Test
    void refusesTheLogOfAnotherDatabase() throws IOException {
        open(directory()).close();
        assertThatThrownBy(() -> ChangeLog.open(
                        directory(), new UUID(1, 2), Position.START, LogFixture.SMALL, MonotonicClock.SYSTEM))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("belongs to database " + LogFixture.DATABASE);
    }

    @Test
    void showsHeaderRecordsAndEndToPeople() throws IOException {
        try (ChangeLog log = open(directory(), LogSettings.DEFAULT)) {
            log.appendEpoch(new Epoch(1), "node-a", null);
            append(log, 1, 1);
            log.sync();
        }
        List<String> lines = LogInspector.lines(segments(directory()).get(0));
        assertThat(lines).hasSize(4);
        assertThat(lines.get(0)).contains("type=segment", LogFixture.DATABASE.toString());
        assertThat(lines.get(1)).contains("type=EPOCH", "valid=true");
        assertThat(lines.get(2)).contains("type=COMMIT", position(1, 1).toString(), "ltxBytes=" + ltx(1).length);
        assertThat(lines.get(3)).contains("type=end", "reason=zeros");
    }

    private static ChangeLog open(Path directory, LogSettings settings) throws IOException {
        return LogFixture.open(directory, settings);
    }
}
