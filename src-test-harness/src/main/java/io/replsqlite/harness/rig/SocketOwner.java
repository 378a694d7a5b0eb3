package io.replsqlite.harness.rig;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which process of this machine is at the other end of a connection, by what the kernel tells in {@code /proc}. */
final class SocketOwner {
    private static final int LOCAL_ADDRESS = 1;
    private static final int REMOTE_ADDRESS = 2;
    private static final int INODE = 9;

    private SocketOwner() {}

    /**
     * @param localPort of the end whose owner is asked for
     * @param remotePort of the other end
     * @param candidates the processes it may be
     * @return empty if it is none of them, or has closed the connection already
     */
    static Optional<Long> of(int localPort, int remotePort, Collection<Long> candidates) throws IOException {
        String inode = inode(localPort, remotePort);
        if (inode == null) {
            return Optional.empty();
        }
        String link = "socket:[" + inode + "]";
        return candidates.stream().filter(pid -> holds(pid, link)).findFirst();
    }

    private static @Nullable String inode(int localPort, int remotePort) throws IOException {
        String local = portSuffix(localPort);
        String remote = portSuffix(remotePort);
        for (String table : new String[] {"/proc/net/tcp6", "/proc/net/tcp"}) {
            for (String line : Files.readAllLines(Path.of(table))) {
                String[] fields = line.strip().split(" +");
                if (fields[LOCAL_ADDRESS].endsWith(local) && fields[REMOTE_ADDRESS].endsWith(remote)) {
                    return fields[INODE];
                }
            }
        }
        return null;
    }

    /** As the table prints it: {@code :1F90}. */
    private static String portSuffix(int port) {
        return String.format(Locale.ROOT, ":%04X", port);
    }

    private static boolean holds(long pid, String link) {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
            for (Path descriptor : descriptors) {
                if (isLink(descriptor, link)) {
                    return true;
                }
            }
            return false;
        } catch (IOException ended) {
            return false; // the process is gone, so it is not the one that calls
        }
    }

    private static boolean isLink(Path descriptor, String link) {
        try {
            return Files.readSymbolicLink(descriptor).toString().equals(link);
        } catch (IOException closed) {
            return false; // between the listing and this look
        }
    }
}
