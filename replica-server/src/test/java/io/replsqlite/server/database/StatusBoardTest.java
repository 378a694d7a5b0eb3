package io.replsqlite.server.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.Position;
import io.replsqlite.base.StateChecksum;
import io.replsqlite.base.Txid;
import io.replsqlite.server.ManualClock;
import io.replsqlite.status.Health;
import io.replsqlite.status.Role;
import io.replsqlite.status.StatusPageReader;
import io.replsqlite.status.StatusSnapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatusBoardTest {
    private static final Duration STEP = Duration.ofMillis(10);

    @TempDir
    Path directory;

    private final ManualClock clock = new ManualClock();
    private StatusBoard board;
    private StatusPageReader page;

    @BeforeEach
    void open() throws IOException {
        Path file = directory.resolve("status");
        board = new StatusBoard(file, new UUID(1, 2), "node1", "http://own", false, clock);
        page = StatusPageReader.open(file);
    }

    /** Whatever happened: the page that others map says the same as the board. */
    @AfterEach
    void thePageSaysWhatTheBoardSays() throws IOException {
        StatusSnapshot onPage = page.snapshot();
        StatusSnapshot now = board.snapshot();
        assertThat(onPage)
                .usingRecursiveComparison()
                .ignoringFields("heartbeatNanos")
                .isEqualTo(now);
    }

    private static Position position(long epoch, long txid) {
        return new Position(new Epoch(epoch), new Txid(txid), new StateChecksum((txid * 31) | (1L << 63)));
    }

    private long freshAsOf() {
        return board.snapshot().freshAsOfNanos();
    }

    private long now() {
        return clock.nanoTime();
    }

    @Test
    void aFollowerIsFreshAsOfTheProbeWhoseHeadItHasApplied() {
        board.role(Role.FOLLOWER, "http://primary", StatusSnapshot.NEVER);
        long sent = now();
        clock.advance(STEP);
        board.probeAnswered(sent, 5, 5);
        assertThat(freshAsOf()).as("txid 5 is not applied").isEqualTo(StatusSnapshot.NEVER);
        assertThat(board.snapshot().lagTxids()).isEqualTo(5);

        clock.advance(STEP);
        board.applied(position(1, 4));
        assertThat(freshAsOf()).isEqualTo(StatusSnapshot.NEVER);
        board.applied(position(1, 5));
        assertThat(freshAsOf()).as("the time it was sent, not applied").isEqualTo(sent);
    }

    @Test
    void applyingOneCommitMeetsEveryProbeUpToIt() {
        board.applied(position(1, 1));
        long first = now();
        board.probeAnswered(first, 2, 2);
        clock.advance(STEP);
        long second = now();
        board.probeAnswered(second, 3, 3);
        clock.advance(STEP);
        board.probeAnswered(now(), 9, 4);

        board.applied(position(1, 3));
        assertThat(freshAsOf()).isEqualTo(second);
        assertThat(board.snapshot().head()).isEqualTo(new Txid(9));
        assertThat(board.snapshot().committed()).isEqualTo(new Txid(4));
    }

    @Test
    void whatWasCommittedIsEnoughToBeFresh() {
        long sent = now();
        board.probeAnswered(sent, 9, 3);
        clock.advance(STEP);
        board.applied(position(1, 3));
        assertThat(freshAsOf()).isEqualTo(sent);
    }

    /** Earlier epochs may have acknowledged more than this follower has heard of. */
    @Test
    void aPrimaryWhoseEpochHasNothingCommittedYetVouchesForNothing() {
        board.applied(position(1, 3));
        board.probeAnswered(now(), 9, 0);
        assertThat(freshAsOf()).isEqualTo(StatusSnapshot.NEVER);
        assertThat(board.snapshot().head()).isEqualTo(new Txid(9));
        clock.advance(STEP);
        board.probeAnswered(now(), 9, 9);
        board.applied(position(2, 9));
        assertThat(freshAsOf()).isEqualTo(now());
    }

    @Test
    void anEmptyDatabaseIsFreshOnceItsPrimaryHasAnswered() {
        board.probeAnswered(now(), 0, 0);
        assertThat(freshAsOf()).isEqualTo(now());
    }

    @Test
    void whatIsAppliedBeforeItIsKnownToBeCommittedIsHidden() throws Exception {
        board = new StatusBoard(directory.resolve("status"), new UUID(1, 2), "node1", "http://own", true, clock);
        board.applied(position(1, 7));
        assertThat(page.showsOnlyCommitted()).isFalse();
        board.committed(6);
        assertThat(page.showsOnlyCommitted()).isFalse();
        board.committed(7);
        assertThat(page.showsOnlyCommitted()).isTrue();
        board.restarted(position(2, 9), Health.OK);
        assertThat(page.showsOnlyCommitted()).as("a resync can bring more").isFalse();
        board.committed(9);
        assertThat(page.showsOnlyCommitted()).isTrue();
        board.mayShow(new Txid(10));
        board.committed(position(2, 9));
        assertThat(page.showsOnlyCommitted()).isFalse();
        board.committed(position(2, 10));
        assertThat(page.showsOnlyCommitted()).isTrue();
        board.restarted(position(3, 8), Health.OK);
        board.applied(position(3, 9));
        assertThat(page.showsOnlyCommitted())
                .as("what was committed once stays so")
                .isTrue();
    }

    @Test
    void freshnessNeverComesFromCommitsAlone() {
        board.role(Role.FOLLOWER, "http://primary", StatusSnapshot.NEVER);
        for (int txid = 1; txid <= 10; txid++) {
            clock.advance(STEP);
            board.applied(position(1, txid));
        }
        assertThat(freshAsOf()).isEqualTo(StatusSnapshot.NEVER);
    }

    @Test
    void anIdlePrimaryStaysFreshByHeartbeatUntilItsLeaseEnds() {
        board.role(Role.LEADING, "http://own", now() + STEP.toNanos());
        board.committed(position(1, 1));
        clock.advance(STEP.dividedBy(2));
        board.heartbeat(now() + 1);
        assertThat(freshAsOf()).isEqualTo(now());

        long last = now();
        clock.advance(STEP);
        board.heartbeat(last + 1); // the deadline has passed
        assertThat(freshAsOf()).isEqualTo(last);
        board.heartbeat(StatusSnapshot.NEVER);
        assertThat(freshAsOf()).isEqualTo(last);
        board.heartbeat(Long.MAX_VALUE);
        assertThat(freshAsOf()).as("a lease without end").isEqualTo(now());
    }

    @Test
    void aFollowersHeartbeatDoesNotMakeItFresher() {
        board.role(Role.FOLLOWER, "http://primary", StatusSnapshot.NEVER);
        board.heartbeat(Long.MAX_VALUE);
        assertThat(freshAsOf()).isEqualTo(StatusSnapshot.NEVER);
        assertThat(page.heartbeatNanos()).isEqualTo(now());
    }

    @Test
    void probesOfAnOldRoleCountNoMore() {
        board.applied(position(1, 1));
        board.probeAnswered(now(), 2, 2);
        board.role(Role.NONE, "", StatusSnapshot.NEVER);
        board.applied(position(1, 2));
        assertThat(freshAsOf()).isEqualTo(StatusSnapshot.NEVER);
    }

    @Test
    void replacedHistoryMayGoBackAndIsNotFresh() {
        board.applied(position(1, 9));
        board.probeAnswered(now(), 9, 9);
        assertThat(freshAsOf()).isEqualTo(now());
        board.restarted(position(2, 4), Health.OK);
        assertThat(board.snapshot().applied()).isEqualTo(position(2, 4));
        assertThat(board.snapshot().head()).isEqualTo(new Txid(4));
        assertThat(freshAsOf()).isEqualTo(StatusSnapshot.NEVER);
    }

    @Test
    void aFloodOfProbesKeepsTheOldestSoThatAFollowerFarBehindStillGetsFresher() {
        long first = now();
        for (int i = 1; i <= 200; i++) {
            board.probeAnswered(now(), i, i);
            clock.advance(STEP);
        }
        board.applied(position(1, 1));
        assertThat(freshAsOf()).isEqualTo(first);
    }

    @Test
    void healthAndRoleAreShownWithoutLosingThePosition() {
        board.applied(position(3, 7));
        board.health(Health.QUARANTINED);
        board.role(Role.FAILED, "", StatusSnapshot.NEVER);
        assertThat(board.snapshot().applied()).isEqualTo(position(3, 7));
        assertThat(board.snapshot().health()).isEqualTo(Health.QUARANTINED);
        assertThat(page.isReadable()).isFalse();
    }
}
