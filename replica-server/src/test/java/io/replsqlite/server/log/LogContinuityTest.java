package io.replsqlite.server.log;

import static io.replsqlite.server.log.LogFixture.fill;
import static io.replsqlite.server.log.LogFixture.position;
import static io.replsqlite.server.log.LogFixture.readAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.StateChecksum;
import io.replsqlite.base.Txid;
import io.replsqlite.server.wal.WalMark;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogContinuityTest {
    @TempDir
    Path parent;

    private ChangeLog log;

    @BeforeEach
    void aLogAtEpoch3Txid5() throws IOException {
        log = LogFixture.open(parent.resolve("log"));
        fill(log, 1, 5);
        log.appendEpoch(new Epoch(3), "node-a", null);
        log.sync();
    }

    @AfterEach
    void closeLog() throws IOException {
        log.close();
    }

    @ParameterizedTest
    @CsvSource({
        "3, 5, 4, is not the next one",
        "3, 7, 5, is not the next one",
        "3, 6, 4, continues another state",
        "2, 6, 5, is of an older epoch",
    })
    void refusesACommitThatDoesNotContinueTheHead(long epoch, long txid, long previous, String why) {
        StateChecksum previousChecksum = LogFixture.checksum(txid == 6 ? previous : 5);
        CommitSpec spec = new CommitSpec(
                new Epoch(epoch),
                new Txid(txid),
                previousChecksum,
                LogFixture.checksum(txid),
                0,
                4096,
                1,
                ByteBuffer.allocate(0),
                WalMark.NONE);
        assertThatThrownBy(() -> log.append(spec, ByteBuffer.allocate(10)))
                .isInstanceOfSatisfying(
                        RefusedRecordException.class,
                        refusal -> assertThat(refusal.head()).isEqualTo(position(3, 5)))
                .hasMessageContaining(why);
    }

    @ParameterizedTest
    @CsvSource({"3", "2"})
    void refusesATenureThatDoesNotRaiseTheEpoch(long epoch) {
        assertThatThrownBy(() -> log.appendEpoch(new Epoch(epoch), "node-b", null))
                .isInstanceOf(RefusedRecordException.class)
                .hasMessageContaining("does not raise the epoch");
    }

    @Test
    void goesOnAfterARefusal() throws IOException {
        assertThatThrownBy(() -> LogFixture.append(log, 3, 9)).isInstanceOf(RefusedRecordException.class);
        LogFixture.append(log, 3, 6);
        assertThat(log.sync()).isEqualTo(position(3, 6));
    }

    @Test
    void refusesAReceivedBodyWithAnyByteFlippedOrMissingAndStaysUnchanged() throws IOException {
        byte[] body = bodyOfTxid6();
        for (int i = 0; i < body.length; i++) {
            byte[] flipped = body.clone();
            flipped[i] ^= 0x10;
            assertThatThrownBy(() -> log.appendBody(ByteBuffer.wrap(flipped)))
                    .as("flipped byte %d", i)
                    .isInstanceOf(RefusedRecordException.class);
            ByteArrayInputStream cut = new ByteArrayInputStream(body, 0, i);
            assertThatThrownBy(() -> log.appendBody(cut))
                    .as("cut to %d bytes", i)
                    .isInstanceOf(RefusedRecordException.class);
        }
        assertThat(log.head()).isEqualTo(position(3, 5));
        log.appendBody(ByteBuffer.wrap(body));
        log.sync();
        assertThat(readAll(log)).hasSize(7).endsWith(position(3, 6));
    }

    @Test
    void readsExactlyOneBodyOfAStream() throws IOException {
        byte[] body = bodyOfTxid6();
        byte[] andMore = java.util.Arrays.copyOf(body, body.length + 100);
        ByteArrayInputStream stream = new ByteArrayInputStream(andMore);
        log.appendBody(stream);
        assertThat(stream.available()).isEqualTo(100);
    }

    private byte[] bodyOfTxid6() throws IOException {
        try (ChangeLog other = LogFixture.open(parent.resolve("other"))) {
            fill(other, 1, 5);
            other.appendEpoch(new Epoch(3), "node-a", null);
            LogFixture.append(other, 3, 6);
            other.sync();
            try (LogCursor cursor = ((CursorSearch.Found) other.after(new Txid(5))).cursor()) {
                assertThat(cursor.advance()).isEqualTo(LogCursor.Advance.RECORD);
                return LogFixture.body(cursor.record());
            }
        }
    }
}
