package io.replsqlite.server.log;

import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.base.Txid;
import io.replsqlite.server.files.DurableFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** From a directory in any state that a crash can leave to a generation with a known end. */
final class LogOpening {
    private static final long FIRST_GENERATION = 1;
    private static final long FIRST_SEQUENCE = 1;

    private final Path log;
    private final UUID databaseId;

    record Opened(Generation generation, SegmentRecovery.Recovered recovered) {}

    private LogOpening(Path log, UUID databaseId) {
        this.log = log;
        this.databaseId = databaseId;
    }

    static Opened open(Path log, UUID databaseId, Position baseIfNew, MonotonicClock clock) throws IOException {
        DurableFiles.createDirectories(log);
        LogOpening opening = new LogOpening(log, databaseId);
        if (!Files.exists(CurrentFile.in(log))) {
            opening.create(baseIfNew, clock);
        }
        CurrentFile current = CurrentFile.read(log);
        Generations.settle(log, current);
        return opening.openGeneration(current.generation());
    }

    static SegmentHeader emptySegment(
            UUID databaseId, long sequence, Position base, List<Tenure> tenures, MonotonicClock clock) {
        return new SegmentHeader(databaseId, newSalt(), sequence, 0, 0, base, clock.wallMillis(), tenures);
    }

    static long newSalt() {
        return ThreadLocalRandom.current().nextLong();
    }

    private void create(Position base, MonotonicClock clock) throws IOException {
        refuseOrphanedRecords();
        SegmentHeader header = emptySegment(databaseId, FIRST_SEQUENCE, base, List.of(), clock);
        Generations.prepare(log, FIRST_GENERATION, header);
        CurrentFile.settled(FIRST_GENERATION).write(log);
    }

    /**
     * A creation that crashed leaves at most one segment without records; anything more is a log that lost
     * its CURRENT.
     */
    private void refuseOrphanedRecords() throws IOException {
        for (Path directory : Generations.generationsIn(log)) {
            for (Path file : Generations.segmentFilesIn(directory)) {
                SegmentHeader header = readHeader(file);
                if (header == null || Files.size(file) > header.length()) {
                    throw new LogCorruptedException(CurrentFile.in(log), 0, Txid.ZERO, "missing beside " + file);
                }
            }
        }
    }

    private static @Nullable SegmentHeader readHeader(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            return SegmentHeader.read(channel);
        }
    }

    private Opened openGeneration(long number) throws IOException {
        Path directory = Generation.directoryOf(log, number);
        Generations.deleteTemporaryFiles(directory);
        Generation generation =
                new Generation(number, directory, new Generation.Durable(FIRST_SEQUENCE - 1, Position.START));
        for (Path file : Generations.segmentFilesIn(directory)) {
            generation.add(openSegment(file, generation));
        }
        if (generation.segments().isEmpty()) {
            throw new LogCorruptedException(directory, 0, Txid.ZERO, "no segment");
        }
        return new Opened(generation, SegmentRecovery.recover(generation.last()));
    }

    private Segment openSegment(Path file, Generation before) throws IOException {
        SegmentHeader header = readHeader(file);
        Txid lastKnown = before.segments().isEmpty()
                ? Txid.ZERO
                : before.last().header().base().txid();
        if (header == null || !file.endsWith(Segment.fileName(header.firstSequence()))) {
            throw new LogCorruptedException(file, 0, lastKnown, "no valid segment header");
        }
        if (!header.databaseId().equals(databaseId)) {
            throw new IOException(file + " belongs to database " + header.databaseId() + ", not to " + databaseId);
        }
        if (!before.segments().isEmpty()) {
            refuseGap(header, file, before.last());
        }
        return new Segment(file, header);
    }

    private static void refuseGap(SegmentHeader header, Path file, Segment before) throws IOException {
        if (header.previousFirstSequence() != before.header().firstSequence()) {
            throw new LogCorruptedException(file, 0, before.header().base().txid(), "a segment before it is missing");
        }
        long length = Files.size(before.file());
        if (header.previousLength() != length) {
            throw new LogCorruptedException(
                    before.file(),
                    Math.min(length, header.previousLength()),
                    before.header().base().txid(),
                    "sealed with " + header.previousLength() + " bytes, has " + length);
        }
    }
}
