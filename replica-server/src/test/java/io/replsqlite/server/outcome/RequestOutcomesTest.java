package io.replsqlite.server.outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.Position;
import io.replsqlite.base.StateChecksum;
import io.replsqlite.base.Txid;
import io.replsqlite.server.commit.Acknowledged;
import io.replsqlite.server.commit.UnsettledWriteException;
import io.replsqlite.server.commit.WriteFailedException;
import io.replsqlite.wire.ExecuteResponse;
import io.replsqlite.wire.RequestId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RequestOutcomesTest {
    private final RequestOutcomes outcomes = new RequestOutcomes(
            new RecordedOutcomes(new Txid(10), 2_000),
            2_000,
            CompletableFuture.completedFuture(true),
            Duration.ofSeconds(1));
    private final AtomicInteger executions = new AtomicInteger();

    private static ExecuteResponse response(RequestId id, long txid) {
        return new ExecuteResponse(id, new Epoch(3), new Txid(txid), List.of(1L), 1, txid, true, null, null);
    }

    private CompletableFuture<ExecuteResponse> execute(RequestId id, long txid) {
        return outcomes.once(id, () -> {
            executions.incrementAndGet();
            return CompletableFuture.completedFuture(response(id, txid));
        });
    }

    @Test
    void aRequestThatComesAgainGetsItsFirstAnswer() {
        RequestId id = RequestId.random();
        assertThat(execute(id, 11).join().txid()).isEqualTo(new Txid(11));
        ExecuteResponse second = execute(id, 12).join();
        assertThat(second).isEqualTo(response(id, 11));
        assertThat(executions).hasValue(1);
    }

    @Test
    void aRequestThatComesWhileItIsExecutedWaitsForThat() {
        RequestId id = RequestId.random();
        CompletableFuture<ExecuteResponse> execution = new CompletableFuture<>();
        CompletableFuture<ExecuteResponse> first = outcomes.once(id, () -> execution);
        CompletableFuture<ExecuteResponse> second = execute(id, 99);
        assertThat(second).isNotDone();
        assertThat(outcomes.find(id)).isSameAs(second);
        boolean ignored = execution.complete(response(id, 11));
        assertThat(second.join()).isEqualTo(first.join());
        assertThat(executions).hasValue(0);
    }

    /** A write that is in the log and was told to be late. */
    private CompletableFuture<Acknowledged<ExecuteResponse>> executeLate(RequestOutcomes late, RequestId id) {
        CompletableFuture<Acknowledged<ExecuteResponse>> settled = new CompletableFuture<>();
        CompletableFuture<ExecuteResponse> first = late.once(id, () -> {
            executions.incrementAndGet();
            UnsettledWriteException unsettled = new UnsettledWriteException("late", settled);
            late.awaitVoters(id, unsettled);
            return CompletableFuture.failedFuture(unsettled);
        });
        assertThatThrownBy(first::join).hasRootCauseMessage("late");
        return settled;
    }

    private static Acknowledged<ExecuteResponse> committed(RequestId id, long txid) {
        Position position = new Position(new Epoch(3), new Txid(txid), StateChecksum.EMPTY);
        return new Acknowledged<>(response(id, 0), position);
    }

    @Test
    void aRequestWhoseCommitIsLateIsNotExecutedAgainAndItsRepetitionWaitsForTheSameCommit() {
        RequestId id = RequestId.random();
        CompletableFuture<Acknowledged<ExecuteResponse>> settled = executeLate(outcomes, id);
        CompletableFuture<ExecuteResponse> again = execute(id, 99);
        CompletableFuture<ExecuteResponse> asked = outcomes.findOrForbid(id);
        assertThat(again).isNotDone();
        assertThat(asked).isNotNull().isNotDone();
        boolean ignored = settled.complete(committed(id, 11));
        assertThat(again.join().txid()).isEqualTo(new Txid(11));
        assertThat(asked.join().txid()).isEqualTo(new Txid(11));
        assertThat(execute(id, 99).join().txid()).isEqualTo(new Txid(11));
        assertThat(executions).hasValue(1);
    }

    @Test
    void aRequestThatFailedAfterItMayHaveHappenedIsNeitherDeniedNorExecutedAgain() {
        RequestId id = RequestId.random();
        WriteFailedException unknown =
                new WriteFailedException(WriteFailedException.Outcome.UNKNOWN, "the lease ran out before the answer");
        CompletableFuture<ExecuteResponse> first = outcomes.once(
                id,
                () -> CompletableFuture.<ExecuteResponse>failedFuture(unknown).thenApply(done -> done));
        assertThatThrownBy(first::join).hasRootCause(unknown);
        for (CompletableFuture<ExecuteResponse> told : List.of(outcomes.findOrForbid(id), execute(id, 99))) {
            assertThatThrownBy(told::join)
                    .rootCause()
                    .isInstanceOfSatisfying(
                            WriteFailedException.class,
                            why -> assertThat(why.outcome()).isEqualTo(WriteFailedException.Outcome.UNKNOWN));
        }
        assertThat(executions).hasValue(0);
    }

    @Test
    void whoeverAsksForALateCommitIsToldInTimeThatItIsUnknown() {
        RequestOutcomes impatient = new RequestOutcomes(
                new RecordedOutcomes(new Txid(10), 2_000),
                2_000,
                CompletableFuture.completedFuture(true),
                Duration.ofMillis(20));
        RequestId id = RequestId.random();
        CompletableFuture<Acknowledged<ExecuteResponse>> settled = executeLate(impatient, id);
        assertThatThrownBy(() -> impatient.find(id).join())
                .cause()
                .isInstanceOfSatisfying(
                        WriteFailedException.class,
                        unknown -> assertThat(unknown.outcome()).isEqualTo(WriteFailedException.Outcome.UNKNOWN));
        assertThat(settled).as("asking does not end the waiting of others").isNotDone();
    }

    @Test
    void whatTheLogHasFromBeforeIsToldWhenTheEpochIsCommitted() {
        CompletableFuture<Boolean> opened = new CompletableFuture<>();
        RequestOutcomes early =
                new RequestOutcomes(new RecordedOutcomes(new Txid(10), 2_000), 2_000, opened, Duration.ofSeconds(20));
        RequestId id = RequestId.random();
        var ignored = early.once(id, () -> CompletableFuture.completedFuture(response(id, 11)));
        CompletableFuture<ExecuteResponse> asked = early.find(id);
        assertThat(asked).isNotDone();
        boolean unused = opened.complete(true);
        assertThat(asked.join().txid()).isEqualTo(new Txid(11));
    }

    @Test
    void whatWasRefusedMayBeTriedAgain() {
        RequestId id = RequestId.random();
        CompletableFuture<ExecuteResponse> refused =
                outcomes.once(id, () -> CompletableFuture.failedFuture(new IOException("refused")));
        assertThatThrownBy(refused::join).hasRootCauseMessage("refused");
        assertThat(execute(id, 12).join().txid()).isEqualTo(new Txid(12));
    }

    @Test
    void aRequestThatCannotBeStartedIsNotWaitedFor() {
        RequestId id = RequestId.random();
        CompletableFuture<ExecuteResponse> broken = outcomes.once(id, () -> {
            throw new IllegalStateException("a defect");
        });
        assertThat(broken).isCompletedExceptionally();
        assertThat(execute(id, 12).join().txid()).isEqualTo(new Txid(12));
    }

    @Test
    void whatWasReportedAsNotCommittedIsNotExecutedWhenItArrivesLate() {
        RequestId id = RequestId.random();
        assertThat(outcomes.findOrForbid(id)).isNull();
        assertThatThrownBy(() -> execute(id, 11).join()).hasRootCauseInstanceOf(ForbiddenRequestException.class);
        assertThat(executions).hasValue(0);
    }

    @Test
    void admitsThatItHasForgotten() {
        assertThat(outcomes.isCompleteSince(new Txid(9))).isFalse();
        assertThat(outcomes.isCompleteSince(new Txid(10))).isTrue();
        RequestId first = RequestId.random();
        execute(first, 11).join();
        for (int txid = 12; txid < 40; txid++) {
            execute(RequestId.random(), txid).join();
        }
        assertThat(outcomes.find(first)).isNull();
        assertThat(outcomes.isCompleteSince(new Txid(10))).isFalse();
        assertThat(outcomes.isCompleteSince(new Txid(39))).isTrue();
    }

    @Test
    void entriesOfACommitAreReadBackInOrder() throws IOException {
        ByteArrayOutputStream attachment = new ByteArrayOutputStream();
        List<RequestId> ids = List.of(RequestId.random(), RequestId.random(), RequestId.random());
        ids.forEach(id -> attachment.writeBytes(OutcomeEntry.of(response(id, 0)).encode()));
        assertThat(OutcomeEntry.decodeAll(attachment.toByteArray()))
                .extracting(OutcomeEntry::id)
                .containsExactlyElementsOf(ids);
    }

    @Test
    void theCountsOfALongBatchAreKept() throws IOException {
        RequestId id = RequestId.random();
        List<Long> counts = Collections.nCopies(1_000_000, 70_000L);
        ExecuteResponse batch = new ExecuteResponse(id, Epoch.NONE, Txid.ZERO, counts, 1_000_000, 1, true, null, null);
        List<OutcomeEntry> read = OutcomeEntry.decodeAll(OutcomeEntry.of(batch).encode());
        assertThat(read).hasSize(1);
        assertThat(read.get(0).response().counts()).isEqualTo(counts);
    }

    @Test
    void anAttachmentThatIsDamagedIsRefusedAndNeverRunsAway() {
        long seed = 20_261_123;
        Random random = new Random(seed);
        byte[] good = OutcomeEntry.of(response(RequestId.random(), 0)).encode();
        int refused = 0;
        for (int round = 0; round < 2_000; round++) {
            byte[] bad = Arrays.copyOf(good, random.nextInt(good.length + 10));
            if (bad.length > 0) {
                bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
            }
            try {
                List<OutcomeEntry> ignored = OutcomeEntry.decodeAll(bad);
            } catch (IOException expected) {
                refused++;
            }
        }
        assertThat(refused).as("seed %d", seed).isGreaterThan(1_000);
    }
}
