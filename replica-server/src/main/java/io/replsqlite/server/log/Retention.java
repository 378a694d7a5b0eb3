package io.replsqlite.server.log;

import io.replsqlite.base.FailurePoint;
import io.replsqlite.server.files.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/** One run of a retention policy over the segments of a generation. */
final class Retention {
    private final Generation generation;
    private final RetentionPolicy policy;
    private final long nowMillis;

    Retention(Generation generation, RetentionPolicy policy, long nowMillis) {
        this.generation = generation;
        this.policy = policy;
        this.nowMillis = nowMillis;
    }

    int run() throws IOException {
        List<Segment> segments = new ArrayList<>(generation.segments().values());
        long totalBytes = 0;
        for (Segment segment : segments) {
            totalBytes += Files.size(segment.file());
        }
        int deleted = 0;
        while (deleted + 1 < segments.size() && mayGo(segments.get(deleted + 1), totalBytes)) {
            Segment oldest = segments.get(deleted);
            totalBytes -= Files.size(oldest.file());
            delete(oldest);
            deleted++;
        }
        return deleted;
    }

    /** The segment that follows tells where the oldest ends, and when it was ended. */
    private boolean mayGo(Segment following, long totalBytes) {
        SegmentHeader header = following.header();
        boolean needed = header.base().txid().isAfter(policy.floor());
        boolean old = nowMillis - header.createdMillis() > policy.maxAgeMillis();
        boolean queued = header.base().txid().isAfter(policy.queueFloor()) && totalBytes <= policy.queueBytes();
        return !needed && !queued && (old || totalBytes > policy.maxTotalBytes());
    }

    /**
     * Each deletion is durable before the next, so that no crash leaves a gap; one that fails is tried
     * again next time.
     */
    private void delete(Segment segment) throws IOException {
        FailurePoint.LOG_SEGMENT_DELETING.reached();
        Files.deleteIfExists(segment.file());
        generation.segments().remove(segment.header().firstSequence());
        DurableFiles.syncDirectory(generation.directory());
    }
}
