package io.replsqlite.harness.fault;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A disk whose power can be cut: an ext4 file system in an image file, on a loop device. {@link #cut} is ext4's shutdown
 * ioctl without a flush of its journal: what is not synced never gets there, as when a machine loses power. For one thread.
 *
 * <p>Needs root, loop devices, {@code mkfs.ext4}, {@code mount}, {@code perl}; {@link #whyNot} tells what is missing.
 */
public final class CutDisk implements AutoCloseable {
    private static final int PROBE_MEGABYTES = 8;
    private static final Duration COMMAND = Duration.ofSeconds(20);
    private static final Duration UNMOUNT = Duration.ofSeconds(10);

    /** EXT4_IOC_SHUTDOWN with EXT4_GOING_FLAGS_NOLOGFLUSH. Java has no ioctl. */
    private static final String SHUTDOWN =
            "open(my $d, '<', $ARGV[0]) or die $!; my $f = pack('L', 2); ioctl($d, 0x8004587D, $f) or die $!";

    private final Path image;
    private final Path root;
    private boolean mounted;

    private CutDisk(Path image, Path root) {
        this.image = image;
        this.root = root;
    }

    /** @param directory for the image and the mount point */
    public static CutDisk create(Path directory, int megabytes) throws IOException, InterruptedException {
        CutDisk disk = new CutDisk(directory.resolve("disk.img"), Files.createDirectories(directory.resolve("disk")));
        try (RandomAccessFile file = new RandomAccessFile(disk.image.toFile(), "rw")) {
            file.setLength((long) megabytes << 20);
        }
        run(List.of("mkfs.ext4", "-q", "-F", disk.image.toString()));
        disk.mount();
        return disk;
    }

    /** @return why there can be no such disk here; empty if there can */
    public static String whyNot(Path directory) throws InterruptedException {
        try (CutDisk probe = create(directory, PROBE_MEGABYTES)) {
            probe.cut();
            return "";
        } catch (IOException missing) {
            return String.valueOf(missing.getMessage());
        }
    }

    /** The directory to keep files in. */
    public Path root() {
        return root;
    }

    /** From now on every call on it fails, and what was not synced is gone. */
    public void cut() throws IOException, InterruptedException {
        run(List.of("perl", "-e", SHUTDOWN, root.toString()));
    }

    /** Power is back: mounts what is there. Whoever had files open must have ended. */
    public void restore() throws IOException, InterruptedException {
        unmount();
        mount();
    }

    private void mount() throws IOException, InterruptedException {
        // Nothing but a sync may save what was written: the journal must not commit by itself meanwhile.
        run(List.of("mount", "-o", "loop,commit=300", image.toString(), root.toString()));
        mounted = true;
    }

    private void unmount() throws IOException, InterruptedException {
        Await.until("the disk can be unmounted", UNMOUNT, () -> exitCode(List.of("umount", root.toString())) == 0);
        mounted = false;
    }

    @Override
    public void close() throws IOException, InterruptedException {
        if (mounted) {
            unmount();
        }
        Files.deleteIfExists(image);
    }

    private static int exitCode(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return process.waitFor(COMMAND.toMillis(), TimeUnit.MILLISECONDS) ? process.exitValue() : -1;
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();
        if (code != 0) {
            throw new IOException(command.get(0) + " ended with " + code + ": " + output.strip());
        }
    }
}
