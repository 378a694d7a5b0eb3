package io.replsqlite.server.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.base.StateChecksum;
import io.replsqlite.base.Txid;
import io.replsqlite.server.log.ChangeLog;
import io.replsqlite.server.log.CommitSpec;
import io.replsqlite.server.log.LogSettings;
import io.replsqlite.server.log.RetentionPolicy;
import io.replsqlite.server.wal.WalMark;
import io.replsqlite.wire.ExecuteResponse;
import io.replsqlite.wire.RequestId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoggedOutcomesTest {
    private static final UUID DATABASE = new UUID(1, 2);
    private static final LogSettings SMALL_SEGMENTS = new LogSettings(4096, 2048);

    @TempDir
    Path directory;

    private final LoggedOutcomes logged = new LoggedOutcomes();
    private ChangeLog log;

    @BeforeEach
    void open() throws IOException {
        log = ChangeLog.open(directory.resolve("log"), DATABASE, Position.START, SMALL_SEGMENTS, MonotonicClock.SYSTEM);
        log.appendEpoch(new Epoch(1), "a", null);
    }

    @AfterEach
    void close() throws IOException {
        logged.close();
        log.close();
    }

    private static RequestId request(long epoch, long txid) {
        return new RequestId(epoch, txid);
    }

    private static StateChecksum checksum(long epoch, long txid) {
        return txid == 0 ? StateChecksum.EMPTY : new StateChecksum(Long.MIN_VALUE | (epoch << 32) | txid);
    }

    private void append(long epoch, long first, long last) throws IOException {
        for (long txid = first; txid <= last; txid++) {
            ExecuteResponse answer = new ExecuteResponse(
                    request(epoch, txid), new Epoch(epoch), new Txid(txid), List.of(1L), 1, txid, true, null, null);
            append(epoch, txid, OutcomeEntry.of(answer).encode());
        }
        log.sync();
    }

    private void append(long epoch, long txid, byte[] attachment) throws IOException {
        CommitSpec spec = new CommitSpec(
                new Epoch(epoch),
                new Txid(txid),
                log.head().checksum(),
                checksum(epoch, txid),
                1,
                4096,
                1,
                ByteBuffer.wrap(attachment),
                WalMark.NONE);
        log.append(spec, ByteBuffer.wrap(new byte[100]));
    }

    private List<Long> found(long epoch, long first, long last) throws IOException {
        RecordedOutcomes all = logged.all(log);
        return java.util.stream.LongStream.rangeClosed(first, last)
                .filter(txid -> all.find(request(epoch, txid)) != null)
                .boxed()
                .toList();
    }

    @Test
    void readsOnWhereItHasStoppedWhateverElseHasBeenReadMeanwhile() throws IOException {
        append(1, 1, 30);
        assertThat(logged.readOn(log, 10)).isFalse();
        assertThat(logged.readOn(log, 100)).isTrue();
        append(1, 31, 40);
        assertThat(logged.readOn(log, 5))
                .as("only what is new is read: ten records")
                .isFalse();
        assertThat(logged.readOn(log, 6)).isTrue();
        assertThat(found(1, 1, 50)).hasSize(40);
        append(1, 41, 50);
        assertThat(found(1, 1, 50)).as("as after a tenure of this node").hasSize(50);
        assertThat(logged.all(log).isCompleteSince(Txid.ZERO)).isTrue();
    }

    @Test
    void keepsWhatRetentionHasDeletedSince() throws IOException {
        append(1, 1, 60);
        assertThat(found(1, 1, 60)).hasSize(60);
        assertThat(log.retain(new RetentionPolicy(0, 0, new Txid(55)))).isPositive();
        append(1, 61, 70);
        assertThat(found(1, 1, 70)).hasSize(70);
        LoggedOutcomes late = new LoggedOutcomes();
        assertThat(late.all(log).find(request(1, 1))).isNull();
        assertThat(late.all(log).isCompleteSince(Txid.ZERO)).isFalse();
        assertThat(late.all(log).isCompleteSince(log.base().txid())).isTrue();
    }

    @Test
    void forgetsWhatALogThatWasBegunAnewHasNot() throws IOException {
        append(1, 1, 20);
        assertThat(logged.readOn(log, 1_000)).isTrue();
        log.reset(new Position(new Epoch(1), new Txid(10), checksum(1, 10)), log.epochHistory(), null);
        log.appendEpoch(new Epoch(2), "b", null);
        append(2, 11, 15);
        assertThat(found(2, 1, 20)).containsExactly(11L, 12L, 13L, 14L, 15L);
        assertThat(found(1, 1, 20)).as("they did not happen in this history").isEmpty();
        assertThat(logged.all(log).isCompleteSince(new Txid(10))).isTrue();
        assertThat(logged.all(log).isCompleteSince(new Txid(9))).isFalse();
    }

    @Test
    void aLogThatWasBegunAnewWhileNoFileOfItWasOpenIsFoundOut() throws IOException {
        append(1, 1, 20);
        assertThat(found(1, 1, 20)).hasSize(20);
        log.reset(new Position(new Epoch(1), new Txid(15), checksum(1, 15)), log.epochHistory(), null);
        log.appendEpoch(new Epoch(2), "b", null);
        append(2, 16, 30);
        assertThat(found(1, 1, 20)).isEmpty();
        assertThat(found(2, 1, 30)).hasSize(15);
    }

    @Test
    void aCommitOfNobodyKnowsWhoseRequestsLeavesNothingProvenBefore() throws IOException {
        append(1, 1, 5);
        append(1, 6, OutcomeEntry.UNATTRIBUTED.encode());
        append(1, 7, 9);
        assertThat(logged.all(log).isCompleteSince(new Txid(5))).isFalse();
        assertThat(logged.all(log).isCompleteSince(new Txid(6))).isTrue();
        assertThat(found(1, 1, 9)).hasSize(8);
    }
}
