package io.replsqlite.server.ship;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.NamedThreads;
import io.replsqlite.base.Position;
import io.replsqlite.base.PositionGate;
import io.replsqlite.base.Txid;
import io.replsqlite.server.log.ChangeLog;
import io.replsqlite.server.log.CursorSearch;
import io.replsqlite.server.log.LogCursor;
import io.replsqlite.server.log.LogSettings;
import io.replsqlite.server.quorum.Committed;
import io.replsqlite.server.stream.FrameWriter;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ShipperTest {
    private static final Duration HEARTBEAT = Duration.ofMillis(50);
    private static final int ENOUGH = 5;

    @TempDir
    Path directory;

    /** The log stands still, and every acknowledgement of a voter is news. */
    private static final class Acknowledging implements Committed {
        private final PositionGate news = new PositionGate(Txid.ZERO);

        @Override
        public boolean waitsForOthers() {
            return true;
        }

        @Override
        public PositionGate news() {
            return news;
        }

        @Override
        public long committedTxid() {
            return 0;
        }
    }

    @Test
    @Timeout(30)
    void aStreamIsNeverSilentHoweverOftenVotersAcknowledge() throws Exception {
        Acknowledging committed = new Acknowledging();
        AtomicBoolean over = new AtomicBoolean();
        Thread voters = NamedThreads.single("voters", () -> {
            while (!over.get()) {
                committed.news.advance(committed.news.currentValue() + 1);
                Thread.onSpinWait();
            }
        });
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream one = new ByteArrayOutputStream();
        new FrameWriter(one).heartbeat(new Epoch(1), 1, 0);
        int enough = ENOUGH * one.size();
        try (ChangeLog log = ChangeLog.open(
                        directory, UUID.randomUUID(), Position.START, LogSettings.DEFAULT, MonotonicClock.SYSTEM);
                LogCursor cursor = ((CursorSearch.Found) log.after(Position.START)).cursor()) {
            voters.start();
            new Shipper(log, new Epoch(1), committed, () -> out.size() < enough, HEARTBEAT, MonotonicClock.SYSTEM)
                    .ship(cursor, out);
        } finally {
            over.set(true);
            voters.join();
        }
        assertThat(out.size()).isGreaterThanOrEqualTo(enough);
    }
}
