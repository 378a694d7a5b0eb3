package io.replsqlite.server.log;

import static io.replsqlite.server.log.LogFixture.append;
import static io.replsqlite.server.log.LogFixture.fill;
import static io.replsqlite.server.log.LogFixture.position;
import static io.replsqlite.server.log.LogFixture.readAll;
import static io.replsqlite.server.log.LogFixture.requireRight;
import static io.replsqlite.server.log.LogFixture.segments;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.FailurePoint;
import io.replsqlite.base.Txid;
import io.replsqlite.server.log.LogCursor.Advance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What leaves the log: by retention and by reset, under the eyes of readers. */
class LogLifetimeTest {
    private static final long FOREVER_MILLIS = Long.MAX_VALUE;

    @TempDir
    Path parent;

    private ChangeLog open() throws IOException {
        return LogFixture.open(parent.resolve("log"));
    }

    @Test
    void retentionKeepsTheFloorTheSizeAndTheLastSegment() throws IOException {
        try (ChangeLog log = open()) {
            fill(log, 1, 60);
            int all = segments(parent.resolve("log")).size();
            assertThat(log.retain(new RetentionPolicy(FOREVER_MILLIS, Long.MAX_VALUE, new Txid(60))))
                    .isZero();
            assertThat(log.retain(new RetentionPolicy(FOREVER_MILLIS, 0, new Txid(0))))
                    .isZero();
            assertThat(log.retain(new RetentionPolicy(FOREVER_MILLIS, 0, new Txid(25))))
                    .isPositive();
            assertThat(log.base().txid().value()).isLessThanOrEqualTo(25);
            assertThat(log.after(position(1, 25))).isInstanceOf(CursorSearch.Found.class);
            assertThat(log.after(position(1, 1))).isInstanceOf(CursorSearch.BeforeLog.class);
            assertThat(log.after(new Txid(1))).isInstanceOf(CursorSearch.BeforeLog.class);
            log.retain(new RetentionPolicy(-1, Long.MAX_VALUE, new Txid(60)));
            assertThat(segments(parent.resolve("log"))).hasSize(1).size().isLessThan(all);
            assertThat(log.durableHead()).isEqualTo(position(1, 60));
        }
        try (ChangeLog log = open()) {
            assertThat(log.durableHead()).isEqualTo(position(1, 60));
            fill(log, 61, 62);
        }
    }

    @Test
    void aCursorReadsItsDeletedSegmentToTheEndAndThenSaysThatTheRestIsGone() throws IOException {
        try (ChangeLog log = open();
                LogCursor cursor = log.fromBase();
                LogCursor notStarted = log.fromBase()) {
            fill(log, 1, 60);
            assertThat(cursor.advance()).isEqualTo(Advance.RECORD);
            log.retain(new RetentionPolicy(-1, 0, new Txid(60)));
            int readAfterDeletion = 0;
            Advance advance = cursor.advance();
            while (advance == Advance.RECORD) {
                requireRight(cursor.record());
                readAfterDeletion++;
                advance = cursor.advance();
            }
            assertThat(advance).isEqualTo(Advance.BEFORE_LOG);
            assertThat(readAfterDeletion).isBetween(3, 30);
            assertThat(notStarted.advance()).isEqualTo(Advance.BEFORE_LOG);
        }
    }

    @Test
    void aCursorSurvivesRetentionOfWhatItHasAlreadyRead() throws IOException {
        try (ChangeLog log = open();
                LogCursor cursor = log.fromBase()) {
            for (long txid = 1; txid <= 80; txid++) {
                append(log, 1, txid);
                log.sync();
                assertThat(cursor.advance()).isEqualTo(Advance.RECORD);
                requireRight(cursor.record());
                log.retain(new RetentionPolicy(-1, 0, new Txid(txid)));
            }
            assertThat(segments(parent.resolve("log"))).hasSize(1);
        }
    }

    @Test
    void aResetStartsAnewKeepsTheOldRecordsAndEndsOldCursors() throws IOException {
        List<Tenure> history = List.of(new Tenure(new Epoch(7), new Txid(90), "node-b", null));
        try (ChangeLog log = open();
                LogCursor old = log.fromBase()) {
            fill(log, 1, 30);
            assertThat(old.advance()).isEqualTo(Advance.RECORD);
            log.reset(position(7, 100), history, "Divergence at 12!");
            assertThat(old.advance()).isEqualTo(Advance.BEFORE_LOG);
            assertThat(log.durableGate().current()).isEqualTo(new Txid(100));
            append(log, 7, 101);
            log.sync();
            assertThat(readAll(log)).containsExactly(position(7, 101));
        }
        try (ChangeLog log = open()) {
            assertThat(readAll(log)).containsExactly(position(7, 101));
            assertThat(log.epochHistory()).isEqualTo(history);
        }
        Path rescued = onlyChildOf(parent.resolve("rescued"));
        assertThat(rescued.getFileName().toString()).endsWith("-divergence-at-12-g1");
        assertThat(LogInspector.lines(segments(rescued).get(0))).anyMatch(line -> line.contains("type=COMMIT"));
    }

    @Test
    void aResetThatKeepsNothingLeavesNothing() throws IOException {
        try (ChangeLog log = open()) {
            fill(log, 1, 30);
            log.reset(position(1, 30), log.epochHistory(), null);
            assertThat(segments(parent.resolve("log"))).hasSize(1);
            assertThat(parent.resolve("rescued")).doesNotExist();
            fill(log, 31, 33);
            assertThat(readAll(log)).hasSize(3);
        }
    }

    @Test
    void aPlaceOnALostBranchIsUnknownEvenWhenItIsOlderThanTheLog() throws IOException {
        List<Tenure> history = List.of(
                new Tenure(new Epoch(5), new Txid(1), "node-a", null),
                new Tenure(new Epoch(6), new Txid(101), "node-b", null));
        try (ChangeLog log = open()) {
            log.reset(position(6, 200), history, null);
            assertThat(log.after(position(5, 100))).isInstanceOf(CursorSearch.BeforeLog.class);
            assertThat(log.after(position(5, 101))).isInstanceOf(CursorSearch.Unknown.class);
        }
    }

    @Test
    void retentionThatFailsTakesUpWhereItStopped() throws IOException {
        try (ChangeLog log = open()) {
            fill(log, 1, 60);
            RetentionPolicy all = new RetentionPolicy(-1, 0, new Txid(60));
            FailurePoint.arm("LOG_SEGMENT_DELETING=error@2");
            assertThatThrownBy(() -> log.retain(all)).hasMessageContaining("Input/output error");
            FailurePoint.arm("");
            assertThat(log.verify()).isLessThan(60);
            assertThat(log.retain(all)).isPositive();
            assertThat(segments(parent.resolve("log"))).hasSize(1);
        } finally {
            FailurePoint.arm("");
        }
    }

    private static Path onlyChildOf(Path directory) throws IOException {
        try (var children = Files.list(directory)) {
            List<Path> all = children.toList();
            assertThat(all).hasSize(1);
            return all.get(0);
        }
    }
}
