package io.replsqlite.server.log;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import io.replsqlite.base.FailurePoint;
import io.replsqlite.server.files.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/** The steps that create and replace generations and segments on disk, each one repeatable after a crash. */
final class Generations {
    private Generations() {}

    /** Durable under its final name when this returns; before that, only a temporary file exists. */
    static Segment createSegment(Path directory, SegmentHeader header) throws IOException {
        Path file = directory.resolve(Segment.fileName(header.firstSequence()));
        Path temporary = DurableFiles.temporaryFor(file);
        try (FileChannel channel = FileChannel.open(temporary, CREATE, TRUNCATE_EXISTING, WRITE)) {
            DurableFiles.writeFully(channel, ByteBuffer.wrap(header.encode()), 0);
            FailurePoint.LOG_SEGMENT_CREATED.reached();
            DurableFiles.force(channel, true, temporary);
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        DurableFiles.syncDirectory(directory);
        FailurePoint.LOG_SEGMENT_DURABLE.reached();
        return new Segment(file, header);
    }

    /** A new generation that holds one empty segment; not the log yet. */
    static Segment prepare(Path log, long number, SegmentHeader header) throws IOException {
        Path directory = Generation.directoryOf(log, number);
        DurableFiles.deleteTree(directory);
        DurableFiles.createDirectories(directory);
        return createSegment(directory, header);
    }

    /** Finishes a reset that {@code CURRENT} announces, and removes generations that never became the log. */
    static void settle(Path log, CurrentFile current) throws IOException {
        if (current.replaced() != 0) {
            setAside(log, current);
            FailurePoint.LOG_RESETTING.reached();
            CurrentFile.settled(current.generation()).write(log);
        }
        for (Path directory : generationsIn(log)) {
            if (!directory.equals(Generation.directoryOf(log, current.generation()))) {
                DurableFiles.deleteTree(directory);
            }
        }
    }

    private static void setAside(Path log, CurrentFile current) throws IOException {
        Path old = Generation.directoryOf(log, current.replaced());
        if (current.rescueName().isEmpty()) {
            DurableFiles.deleteTree(old);
        } else if (Files.exists(old)) {
            Path rescued = DurableFiles.parentOf(log).resolve("rescued");
            DurableFiles.createDirectories(rescued);
            DurableFiles.move(old, rescued.resolve(current.rescueName()));
        }
    }

    static List<Path> generationsIn(Path log) throws IOException {
        try (Stream<Path> entries = Files.list(log)) {
            return entries.filter(each -> each.getFileName().toString().matches("g[0-9a-f]{16}"))
                    .toList();
        }
    }

    /** Segment files in order of their sequences. */
    static List<Path> segmentFilesIn(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(each -> each.getFileName().toString().matches("[0-9a-f]{16}\\.log"))
                    .sorted()
                    .toList();
        }
    }

    /** What is left of segments whose creation was cut short. */
    static void deleteTemporaryFiles(Path directory) throws IOException {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(directory, "*" + DurableFiles.TEMPORARY_SUFFIX)) {
            for (Path file : left) {
                Files.delete(file);
            }
        }
    }
}
