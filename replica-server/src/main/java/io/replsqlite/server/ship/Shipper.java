package io.replsqlite.server.ship;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.PositionGate;
import io.replsqlite.server.log.ChangeLog;
import io.replsqlite.server.log.LogCursor;
import io.replsqlite.server.log.LogRecord;
import io.replsqlite.server.quorum.Committed;
import io.replsqlite.server.stream.FrameWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Sends the log to one follower as it grows, until the follower goes away or the tenure ends. For one HTTP thread. */
public final class Shipper {
    private final ChangeLog log;
    private final Epoch epoch;
    private final Committed committed;
    private final BooleanSupplier leading;
    private final Duration heartbeatInterval;

    /** Moves when there may be something to send. */
    private final PositionGate news;

    private final MonotonicClock clock;
    private long committedTold;

    /** Of its own: where voters are waited for, news come with every acknowledgement, and may never leave an idle second. */
    private Deadline heartbeatDue;

    /** @param leading whether the tenure of {@code epoch} goes on */
    public Shipper(
            ChangeLog log,
            Epoch epoch,
            Committed committed,
            BooleanSupplier leading,
            Duration heartbeatInterval,
            MonotonicClock clock) {
        this.log = log;
        this.epoch = epoch;
        this.committed = committed;
        this.news = committed.waitsForOthers() ? committed.news() : log.durableGate();
        this.leading = leading;
        this.heartbeatInterval = heartbeatInterval;
        this.clock = clock;
        this.heartbeatDue = Deadline.after(heartbeatInterval, clock);
    }

    /** Writes frames from the cursor on. Returns when the tenure ends or the log no longer has what comes next. */
    public void ship(LogCursor cursor, OutputStream out) throws IOException, InterruptedException {
        FrameWriter frames = new FrameWriter(out);
        heartbeat(frames); // tells the follower at once that it is connected
        while (leading.getAsBoolean()) {
            long seen = news.currentValue();
            LogCursor.Advance step = shipAll(cursor, frames);
            if (step == LogCursor.Advance.BEFORE_LOG) {
                frames.end("the log no longer has the records that come next");
                frames.flush();
                return;
            }
            if (committed.waitsForOthers() && committed.committedTxid() > committedTold) {
                heartbeat(frames); // only now may the follower show it
            }
            boolean ignored = news.await(seen + 1, heartbeatDue);
            if (heartbeatDue.hasPassed()) {
                heartbeat(frames);
            }
        }
        frames.end("this node is no longer the primary");
        frames.flush();
    }

    private LogCursor.Advance shipAll(LogCursor cursor, FrameWriter frames) throws IOException {
        LogCursor.Advance step = cursor.advance();
        while (step == LogCursor.Advance.RECORD && leading.getAsBoolean()) {
            LogRecord record = cursor.record();
            record.transferBody(frames.record(record.header().bodyLength()));
            step = cursor.advance();
        }
        frames.flush();
        return step;
    }

    private void heartbeat(FrameWriter frames) throws IOException {
        long head = log.durableHead().txid().value();
        committedTold = committed.waitsForOthers() ? committed.committedTxid() : head;
        frames.heartbeat(epoch, head, committedTold);
        frames.flush();
        heartbeatDue = Deadline.after(heartbeatInterval, clock);
    }
}
