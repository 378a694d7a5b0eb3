package io.replsqlite.server.follow;

import io.replsqlite.server.ltx.PageChecksum;
import io.replsqlite.server.stream.CommonAnswer;
import io.replsqlite.server.stream.CommonRequest;
import io.replsqlite.server.stream.FrameReader;
import io.replsqlite.server.stream.FrameType;
import io.replsqlite.server.stream.ResyncRequest;
import io.replsqlite.server.stream.RewindRequest;
import io.replsqlite.server.stream.SnapshotEnds;
import io.replsqlite.server.stream.StreamFormatException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.BitSet;
import java.util.function.UnaryOperator;
import okhttp3.Call;
import okhttp3.Response;

/** Fetches the pages in which the primary differs from what this node has. For the follower's thread. */
public final class ResyncClient {
    private static final Logger LOG = System.getLogger(ResyncClient.class.getName());
    private static final int PROGRESS_STEP_PERCENT = 10;

    private final String databaseName;
    private final PrimaryClient primary;
    private final EpochPromise promise;
    private final UnaryOperator<Call> tracked;

    /** @param tracked registers a call so that a stop can cancel it */
    ResyncClient(String databaseName, PrimaryClient primary, EpochPromise promise, UnaryOperator<Call> tracked) {
        this.databaseName = databaseName;
        this.primary = primary;
        this.promise = promise;
        this.tracked = tracked;
    }

    /** Receives everything into {@code pages}; answers what all of it must give. Nothing is verified against that yet. */
    public SnapshotEnds.End fetch(ResyncRequest request, ReceivedPages pages) throws IOException {
        return fetch(primary.resync(request), pages);
    }

    /** As {@link #fetch}, of the pages that either side has changed since a common position. */
    SnapshotEnds.End rewind(RewindRequest request, ReceivedPages pages) throws IOException {
        return fetch(primary.rewind(request), pages);
    }

    /** How far this node's history is also the primary's. */
    public CommonAnswer common(CommonRequest request) throws IOException {
        try (Response response = tracked.apply(primary.common(request)).execute()) {
            PrimaryClient.refuseUnlessOk(response);
            promise.promise(PrimaryClient.epochOf(response), PrimaryClient.leaderOf(response));
            return CommonAnswer.decode(response.body().bytes());
        }
    }

    String nodeName() {
        return primary.nodeName();
    }

    private SnapshotEnds.End fetch(Call call, ReceivedPages pages) throws IOException {
        try (Response response = tracked.apply(call).execute()) {
            PrimaryClient.refuseUnlessOk(response);
            promise.promise(PrimaryClient.epochOf(response), PrimaryClient.leaderOf(response));
            FrameReader frames = new FrameReader(response.body().byteStream());
            if (frames.next() != FrameType.SNAPSHOT_BEGIN) {
                throw new StreamFormatException("a resync began with another frame");
            }
            SnapshotEnds.Begin begin = frames.snapshotBegin();
            LOG.log(
                    Level.INFO,
                    "{0}: receiving {1} of {2} pages from the primary",
                    databaseName,
                    begin.pagesToSend(),
                    begin.databasePages());
            pages.begin(begin.pageSize(), begin.databasePages());
            return receive(frames, begin, pages);
        }
    }

    private SnapshotEnds.End receive(FrameReader frames, SnapshotEnds.Begin begin, ReceivedPages pages)
            throws IOException {
        long received = 0;
        int reported = 0;
        while (true) {
            FrameType type = frames.next();
            switch (type) {
                case PAGES -> {
                    received += receivePages(frames, begin.pageSize(), pages);
                    reported = report(received, begin.pagesToSend(), reported);
                }
                case CHANGED_PAGES -> {
                    BitSet changed = new BitSet();
                    frames.changedPages(changed);
                    pages.changedSince(changed);
                }
                case SNAPSHOT_END -> {
                    return frames.snapshotEnd();
                }
                case END -> throw new IOException("the primary ended the resync: " + frames.end());
                default -> throw new StreamFormatException("a " + type + " frame arrived within a resync");
            }
        }
    }

    private static int receivePages(FrameReader frames, int pageSize, ReceivedPages pages) throws IOException {
        return frames.pages(pageSize, (number, source, offset) -> {
            if (number < 1) {
                throw new StreamFormatException("page " + number + " arrived within a resync");
            }
            pages.page(number, source, offset, pageSize, PageChecksum.of(number, source, offset, pageSize));
        });
    }

    private int report(long received, long expected, int reported) {
        int percent = expected == 0 ? 100 : (int) Math.min(100, received * 100 / expected);
        if (percent < reported + PROGRESS_STEP_PERCENT) {
            return reported;
        }
        LOG.log(Level.INFO, "{0}: {1} % received ({2} pages)", databaseName, percent, received);
        return percent;
    }
}
