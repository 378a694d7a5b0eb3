package io.replsqlite.server.log;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import io.replsqlite.base.MonotonicClock;
import io.replsqlite.server.files.DurableFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;

/** What to do about damage, decided by somebody who knows that the records exist elsewhere. The log is closed. */
public final class LogRepair {
    private LogRepair() {}

    /**
     * Removes the damaged record and all that follows it; the log then ends at {@link
     * LogCorruptedException#lastGood} or before. Repeatable after a crash: the damage stays until everything
     * behind it is gone.
     *
     * @throws IOException if nothing would remain; see {@link #setAside}
     */
    public static void cut(LogCorruptedException damage) throws IOException {
        Path damaged = damage.file();
        List<Path> files = Generations.segmentFilesIn(DurableFiles.parentOf(damaged));
        int index = files.indexOf(damaged);
        boolean keepsStart = damage.offset() > 0;
        if (index < 0 || (index == 0 && !keepsStart)) {
            throw new IOException("no whole segment remains before the damage", damage);
        }
        for (int later = files.size() - 1; later > index; later--) {
            DurableFiles.delete(files.get(later));
        }
        if (keepsStart) {
            truncate(damaged, damage.offset());
        } else {
            DurableFiles.delete(damaged);
        }
    }

    /**
     * Moves a log that cannot be opened at all to {@code rescued/}; the next open creates a new one at its base.
     *
     * @return where it is now
     */
    public static Path setAside(Path log, String reason, MonotonicClock clock) throws IOException {
        Path rescued = DurableFiles.parentOf(log).resolve("rescued");
        DurableFiles.createDirectories(rescued);
        Path to = rescued.resolve(RescueName.of(clock.wallMillis(), reason));
        DurableFiles.move(log, to);
        return to;
    }

    private static void truncate(Path file, long length) throws IOException {
        try (FileChannel channel = FileChannel.open(file, READ, WRITE)) {
            channel.truncate(length);
            DurableFiles.force(channel, true, file);
        }
    }
}
