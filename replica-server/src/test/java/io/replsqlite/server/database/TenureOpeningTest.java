package io.replsqlite.server.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.FailurePoint;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.base.Txid;
import io.replsqlite.lease.Lease;
import io.replsqlite.server.backup.upload.BackupSettings;
import io.replsqlite.server.backup.upload.BaseSource;
import io.replsqlite.server.commit.Acknowledged;
import io.replsqlite.server.commit.WriteFailedException;
import io.replsqlite.server.commit.WriteFailedException.Outcome;
import io.replsqlite.server.commit.WriteWork;
import io.replsqlite.server.commit.WriterListener;
import io.replsqlite.server.config.DurabilitySettings;
import io.replsqlite.server.follow.FollowerSettings;
import io.replsqlite.server.outcome.LoggedOutcomes;
import io.replsqlite.server.store.DatabaseFixture;
import io.replsqlite.server.store.OpenDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a write whose node loses its lease or its log between the commit and the acknowledgement. */
@Timeout(60)
class TenureOpeningTest {
    private static final MonotonicClock CLOCK = MonotonicClock.SYSTEM;
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final BaseSource NO_BASE = () -> {
        throw new AssertionError("nothing is backed up here");
    };

    private static final DatabaseSettings SETTINGS = new DatabaseSettings(
            "node1",
            "http://own",
            new FollowerSettings(
                    DatabaseFixture.SETTINGS,
                    4000,
                    Duration.ofMinutes(1),
                    Duration.ofMillis(100),
                    Duration.ofMillis(100)),
            Duration.ofMillis(5),
            Duration.ofSeconds(1),
            1 << 30,
            Duration.ofHours(1),
            ClientLimits.DEFAULT,
            BackupSettings.NONE,
            DurabilitySettings.LOCAL);

    @TempDir
    Path directory;

    private final AtomicLong leaseDeadline = new AtomicLong(Long.MAX_VALUE);
    private final List<Position> announced = Collections.synchronizedList(new ArrayList<>());
    private final CompletableFuture<IOException> failed = new CompletableFuture<>();
    private DatabaseFixture database;
    private OpenDatabase open;
    private PrimaryTenure tenure;

    private final class Listener implements WriterListener {
        @Override
        public void committed(Position position) {
            announced.add(position);
        }

        @Override
        public void mayShow(Txid txid) {
            throw new AssertionError("with durability local nobody asks");
        }

        @Override
        public void failed(IOException failure) {
            failed.complete(failure);
        }
    }

    @BeforeEach
    void lead() throws Exception {
        database = DatabaseFixture.adoptIn(directory);
        tenure = begin(1);
        submit(sql("create table t(x)")).get(20, TimeUnit.SECONDS);
    }

    private PrimaryTenure begin(long epoch) throws Exception {
        open = database.open();
        Lease lease = new Lease(new Epoch(epoch), leaseDeadline::get);
        return new TenureOpening("app", open, lease, SETTINGS, new LoggedOutcomes(), NO_BASE, CLOCK)
                .open(new Listener(), Runnable::run);
    }

    @AfterEach
    void end() throws Exception {
        FailurePoint.arm("");
        endTenure();
    }

    private void endTenure() throws Exception {
        var ignored = tenure.end(open.log().durableGate());
        open.close();
    }

    private static WriteWork<Boolean> sql(String text) {
        return connection -> {
            try (Statement statement = connection.createStatement()) {
                return statement.execute(text);
            }
        };
    }

    private CompletableFuture<Acknowledged<Boolean>> submit(WriteWork<Boolean> work) {
        return tenure.writer().submit(work, Deadline.after(PATIENCE, CLOCK));
    }

    private void assertOutcome(CompletableFuture<Acknowledged<Boolean>> write, Outcome outcome) {
        assertThatThrownBy(() -> write.get(20, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        WriteFailedException.class,
                        failure -> assertThat(failure.outcome()).isEqualTo(outcome));
    }

    private WriteWork<Boolean> losingTheLease(String text) {
        return connection -> {
            leaseDeadline.set(CLOCK.nanoTime() - 1); // it held when the write began
            return sql(text).run(connection);
        };
    }

    @Test
    void aLeaseThatEndsBeforeTheAcknowledgementLeavesTheOutcomeUnknown() throws Exception {
        int before = announced.size();
        CompletableFuture<Acknowledged<Boolean>> write = submit(losingTheLease("insert into t values(1)"));
        assertOutcome(write, Outcome.UNKNOWN);
        assertThat(failed.get(20, TimeUnit.SECONDS)).hasMessageContaining("lease");
        assertThat(announced).as("nobody hears of it").hasSize(before);
        assertOutcome(submit(sql("insert into t values(2)")), Outcome.NOT_EXECUTED);
    }

    @Test
    void withoutALeaseNothingIsExecuted() throws Exception {
        leaseDeadline.set(CLOCK.nanoTime() - 1);
        assertOutcome(submit(sql("insert into t values(1)")), Outcome.NOT_EXECUTED);
        leaseDeadline.set(Long.MAX_VALUE);
        long txid = submit(sql("insert into t values(2)"))
                .get(20, TimeUnit.SECONDS)
                .position()
                .txid()
                .value();
        assertThat(txid).as("the first left no commit").isEqualTo(3);
    }

    @Test
    void aLogThatCannotBeSyncedLeavesTheOutcomeUnknownAndEndsTheWriter() throws Exception {
        int before = announced.size();
        FailurePoint.arm("LOG_SYNCED=error");
        assertOutcome(submit(sql("insert into t values(1)")), Outcome.UNKNOWN);
        assertThat(failed.get(20, TimeUnit.SECONDS)).hasMessageContaining("injected at LOG_SYNCED");
        assertThat(announced).hasSize(before);
        assertOutcome(submit(sql("insert into t values(2)")), Outcome.NOT_EXECUTED);
    }

    @Test
    void aLogThatCannotBeAppendedToLeavesTheOutcomeUnknown() throws Exception {
        FailurePoint.arm("LOG_APPEND_PARTIAL=full");
        assertOutcome(submit(sql("insert into t values(1)")), Outcome.UNKNOWN);
    }

    @Test
    void aCommitWithUnknownOutcomeIsInTheLogOfTheNextTenure() throws Exception {
        FailurePoint.arm("CAPTURE_COMMITTED=error");
        assertOutcome(submit(sql("insert into t values(1)")), Outcome.UNKNOWN);
        FailurePoint.arm("");
        endTenure();

        tenure = begin(2);
        assertThat(open.log().durableHead().txid().value()).isEqualTo(3);
        assertThat(submit(sql("insert into t values(2)"))
                        .get(20, TimeUnit.SECONDS)
                        .position()
                        .txid()
                        .value())
                .isEqualTo(4);
    }
}
