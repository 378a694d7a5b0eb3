package io.replsqlite.server.sqlite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Which processes are reading from a database's WAL, by the kernel's table of locks: whoever holds one of the read locks
 * 1 to 4 of {@code -shm} (bytes 124 to 127) keeps the WAL from starting over. Opens no file of the database.
 *
 * <p>Linux only; elsewhere, and for processes of other users, it knows nothing.
 */
public final class WalReaders {
    private static final Path LOCKS = Path.of("/proc/locks");
    private static final int FIRST_BYTE = 124;
    private static final int LAST_BYTE = 127;

    private WalReaders() {}

    /** Other processes than this one, each as {@code name (pid N)}. */
    public static List<String> of(Path database) throws IOException {
        Path index = database.resolveSibling(database.getFileName() + "-shm");
        if (!Files.exists(LOCKS) || !Files.exists(index)) {
            return List.of();
        }
        String inode = ":" + Files.getAttribute(index, "unix:ino");
        Set<Long> pids = new LinkedHashSet<>();
        for (String line : Files.readAllLines(LOCKS)) {
            addReader(line.strip().split("\\s+"), inode, pids);
        }
        pids.remove(ProcessHandle.current().pid());
        List<String> named = new ArrayList<>();
        for (long pid : pids) {
            named.add(name(pid) + " (pid " + pid + ")");
        }
        return named;
    }

    /** {@code 1: POSIX ADVISORY READ 4711 fe:00:131 124 124}; a waiting lock has {@code ->} in second place. */
    private static void addReader(String[] fields, String inode, Set<Long> pids) {
        boolean held = fields.length >= 8 && fields[1].equals("POSIX") && fields[5].endsWith(inode);
        if (!held || !isNumber(fields[6]) || !isNumber(fields[7])) {
            return;
        }
        long first = Long.parseLong(fields[6]);
        long last = Long.parseLong(fields[7]);
        if (first <= LAST_BYTE && last >= FIRST_BYTE) {
            pids.add(Long.parseLong(fields[4]));
        }
    }

    private static boolean isNumber(String field) {
        return !field.isEmpty() && field.chars().allMatch(Character::isDigit);
    }

    private static String name(long pid) throws IOException {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), "comm"))
                    .strip();
        } catch (NoSuchFileException endedMeanwhile) {
            return "ended";
        }
    }
}
