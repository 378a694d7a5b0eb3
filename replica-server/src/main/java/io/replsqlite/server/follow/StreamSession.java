package io.replsqlite.server.follow;

import io.replsqlite.base.Durability;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.server.log.ChangeLog;
import io.replsqlite.server.store.LostLog;
import io.replsqlite.server.stream.FrameReader;
import io.replsqlite.server.stream.FrameType;
import io.replsqlite.server.stream.StreamFormatException;
import io.replsqlite.server.stream.StreamHeaders;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.sql.SQLException;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import okhttp3.Call;
import okhttp3.Response;
import okio.BufferedSource;

/**
 * One stream from the primary, from connecting until it breaks: append what has arrived, sync once, apply. For the
 * follower's thread.
 */
final class StreamSession {
    private static final int MAX_UNSYNCED_BYTES = 4 << 20;

    private final String databaseName;
    private final PrimaryClient primary;
    private final EpochPromise promise;
    private final Followed replica;
    private final LostLog lostLog;
    private final UnaryOperator<Call> tracked;
    private final BooleanSupplier stopping;
    private final FollowerSettings settings;
    private final FollowerListener listener;
    private final MonotonicClock clock;

    StreamSession(
            String databaseName,
            PrimaryClient primary,
            EpochPromise promise,
            Followed replica,
            LostLog lostLog,
            UnaryOperator<Call> tracked,
            BooleanSupplier stopping,
            FollowerSettings settings,
            FollowerListener listener,
            MonotonicClock clock) {
        this.databaseName = databaseName;
        this.primary = primary;
        this.promise = promise;
        this.replica = replica;
        this.lostLog = lostLog;
        this.tracked = tracked;
        this.stopping = stopping;
        this.settings = settings;
        this.listener = listener;
        this.clock = clock;
    }

    /** Returns when the primary ends the stream or a stop is wanted; throws when it breaks. */
    void run() throws IOException, SQLException {
        Position from = replica.log().sync(); // a stream that broke may have left records that are not
        replica.applyDurable();
        replica.reportHealth();
        try (Response response = tracked.apply(primary.stream(from)).execute()) {
            PrimaryClient.refuseUnlessOk(response);
            Epoch epoch = PrimaryClient.epochOf(response);
            promise.promise(epoch, PrimaryClient.leaderOf(response));
            replica.logContinuedBy(epoch);
            replica.showOnlyCommitted(waitsForVoters(response));
            listener.streaming();
            AckSender acks = new AckSender(
                    databaseName,
                    primary,
                    epoch,
                    replica.log(),
                    replica.applied(),
                    lostLog,
                    listener,
                    settings.probeInterval(),
                    clock);
            acks.start();
            try {
                follow(response.body().source());
            } finally {
                acks.stop();
            }
        } catch (PrimaryClient.RefusedByPrimaryException refused) {
            if (refused.reason().equals("mustResync")) {
                replica.requestResync(String.valueOf(refused.getMessage()));
            }
            throw refused;
        }
    }

    private static boolean waitsForVoters(Response response) {
        String durability = response.header(StreamHeaders.DURABILITY, Durability.LOCAL.toString());
        return !Durability.LOCAL.toString().equals(durability);
    }

    private void follow(BufferedSource source) throws IOException, SQLException {
        FrameReader frames = new FrameReader(source.inputStream());
        ChangeLog log = replica.log();
        long unsynced = 0;
        while (!stopping.getAsBoolean()) {
            FrameType type = frames.next();
            switch (type) {
                case RECORD -> {
                    append(frames.recordBody(), frames.recordBytes(), log);
                    unsynced += frames.recordBytes();
                }
                case HEARTBEAT -> {
                    replica.committed(frames.heartbeat().committedTxid());
                }
                case END -> throw new EOFException("The primary ended the stream: " + frames.end());
                default -> throw new StreamFormatException("a " + type + " frame arrived in a live stream");
            }
            boolean moreIsHere = source.getBuffer().size() > 0;
            if (!moreIsHere || unsynced > MAX_UNSYNCED_BYTES) {
                if (unsynced > 0) {
                    Position ignored = log.sync();
                    unsynced = 0;
                }
                replica.applyDurable();
            }
        }
    }

    private static void append(InputStream body, long bytes, ChangeLog log) throws IOException {
        BoundedInput bounded = new BoundedInput(body, bytes);
        Position ignored = log.appendBody(bounded);
        if (bounded.remaining() != 0) {
            throw new StreamFormatException("a RECORD frame is longer than its record");
        }
    }

    /** The bytes of one frame and no more. */
    private static final class BoundedInput extends InputStream {
        private final InputStream in;
        private long left;

        BoundedInput(InputStream in, long left) {
            this.in = in;
            this.left = left;
        }

        long remaining() {
            return left;
        }

        @Override
        public int read() throws IOException {
            int value = left > 0 ? in.read() : -1;
            left -= value < 0 ? 0 : 1;
            return value;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (left == 0) {
                return length == 0 ? 0 : -1;
            }
            int count = in.read(into, offset, (int) Math.min(length, left));
            left -= Math.max(count, 0);
            return count;
        }
    }
}
