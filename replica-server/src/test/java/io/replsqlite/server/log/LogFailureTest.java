package io.replsqlite.server.log;

import static io.replsqlite.server.log.LogFixture.append;
import static io.replsqlite.server.log.LogFixture.fill;
import static io.replsqlite.server.log.LogFixture.position;
import static io.replsqlite.server.log.LogFixture.readAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.FailurePoint;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The disk refuses in the middle of something: nothing half is published, and nothing more is taken. */
class LogFailureTest {
    @TempDir
    Path parent;

    @AfterEach
    void disarm() {
        FailurePoint.arm("");
    }

    @ParameterizedTest
    @ValueSource(strings = {"LOG_APPEND_PARTIAL=full", "LOG_APPENDED=full", "LOG_APPEND_PARTIAL=error"})
    void anAppendThatFailsIsNotThereAndNothingFollowsIt(String failure) throws IOException {
        try (ChangeLog log = open()) {
            fill(log, 1, 4);
            FailurePoint.arm(failure);
            assertThatThrownBy(() -> append(log, 1, 5))
                    .isInstanceOf(LogFailedException.class)
                    .hasMessageContaining(failure.endsWith("full") ? "No space left" : "Input/output error");
            FailurePoint.arm("");
            assertStoppedAt4(log);
        }
        assertReopensAt4();
    }

    @Test
    void aStreamedAppendThatFailsLeavesNoBytes() throws IOException {
        try (ChangeLog log = open()) {
            fill(log, 1, 4);
            FailurePoint.arm("LOG_APPEND_PARTIAL=full@3");
            assertThatThrownBy(() -> {
                        try (PendingRecord record = log.append(LogFixture.commit(1, 5));
                                OutputStream ltx = record.ltx()) {
                            ltx.write(new byte[2 << 20]);
                        }
                    })
                    .isInstanceOf(LogFailedException.class);
            FailurePoint.arm("");
            assertStoppedAt4(log);
        }
        assertReopensAt4();
    }

    @Test
    void aSyncThatFailsIsNeverRetriedAndItsRecordsAreNotBelieved() throws IOException {
        try (ChangeLog log = open()) {
            fill(log, 1, 4);
            append(log, 1, 5);
            FailurePoint.arm("LOG_SYNCED=error");
            assertThatThrownBy(log::sync).isInstanceOf(LogFailedException.class);
            FailurePoint.arm("");
            assertStoppedAt4(log);
        }
        assertReopensAt4();
    }

    @ParameterizedTest
    @ValueSource(strings = {"LOG_SEGMENT_CREATED=full", "LOG_SEGMENT_DURABLE=error"})
    void aRotationThatFailsLeavesALogThatGoesOnAfterReopening(String failure) throws IOException {
        LogSettings tiny = new LogSettings(1024, 1024);
        long last = 0;
        try (ChangeLog log = LogFixture.open(parent.resolve("log"), tiny)) {
            FailurePoint.arm(failure);
            while (!log.isFailed()) {
                last = appendUntilFailure(log, last + 1);
            }
            assertThat(readAll(log)).endsWith(position(1, last));
        }
        FailurePoint.arm("");
        try (ChangeLog log = LogFixture.open(parent.resolve("log"), tiny)) {
            assertThat(log.head()).isEqualTo(position(1, last));
            fill(log, last + 1, last + 10);
            assertThat(readAll(log)).hasSize((int) last + 10);
        }
    }

    private static long appendUntilFailure(ChangeLog log, long txid) throws IOException {
        try {
            append(log, 1, txid);
            log.sync();
            return txid;
        } catch (LogFailedException expected) {
            return txid - 1;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"@1", "@2", "@3"})
    void aResetThatFailsIsTheOldOrTheNewLogAfterReopening(String hit) throws IOException {
        try (ChangeLog log = open()) {
            fill(log, 1, 4);
            FailurePoint.arm("LOG_RESETTING=error" + hit);
            assertThatThrownBy(() -> log.reset(position(2, 100), log.epochHistory(), null))
                    .isInstanceOf(LogFailedException.class);
            assertThatThrownBy(() -> log.appendEpoch(new Epoch(9), "x", null)).isInstanceOf(LogFailedException.class);
        } finally {
            FailurePoint.arm("");
        }
        try (ChangeLog log = open()) {
            assertThat(log.head()).isEqualTo(hit.equals("@1") ? position(1, 4) : position(2, 100));
            assertThat(log.verify()).isEqualTo(hit.equals("@1") ? 4 : 0);
        }
    }

    private ChangeLog open() throws IOException {
        return LogFixture.open(parent.resolve("log"), LogSettings.DEFAULT);
    }

    private static void assertStoppedAt4(ChangeLog log) throws IOException {
        assertThat(log.isFailed()).isTrue();
        assertThatThrownBy(() -> append(log, 1, 5)).isInstanceOf(LogFailedException.class);
        assertThatThrownBy(log::sync).isInstanceOf(LogFailedException.class);
        assertThat(log.durableHead()).isEqualTo(position(1, 4));
        assertThat(readAll(log)).hasSize(4);
    }

    private void assertReopensAt4() throws IOException {
        try (ChangeLog log = open()) {
            assertThat(log.head()).isEqualTo(position(1, 4));
            assertThat(log.cutAtRecoveryBytes()).isZero();
            fill(log, 5, 6);
            assertThat(readAll(log)).hasSize(6);
        }
    }
}
