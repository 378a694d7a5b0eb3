package io.replsqlite.server.backup.storage;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where backups go to at present: as the node was told at its start, or as a file says that is read again when it changes. */
public final class BackupTargets {
    public static final BackupTargets NONE = fixed(List.of(), StoreAccess.OF_ENVIRONMENT);

    private static final Logger LOG = System.getLogger(BackupTargets.class.getName());

    /** A line that switches backups off: an empty file may be one that is just being written. */
    private static final String NO_BACKUPS = "none";

    /** One of them. */
    public record Target(StoreUrl url, StoreAccess access) {}

    private final @Nullable Path file;
    private final StoreAccess access;

    @GuardedBy("this")
    private List<Target> current;

    /** Of the file as it was read last. */
    @GuardedBy("this")
    private @Nullable Object version;

    private BackupTargets(@Nullable Path file, StoreAccess access, List<Target> current) {
        this.file = file;
        this.access = access;
        this.current = List.copyOf(current);
    }

    /** @param access to all of them */
    public static BackupTargets fixed(List<StoreUrl> urls, StoreAccess access) {
        return new BackupTargets(
                null, access, urls.stream().map(url -> new Target(url, access)).toList());
    }

    /** @param access to all of them, but for the credentials of those lines that name a file of their own */
    public static BackupTargets inFile(Path file, StoreAccess access) {
        return new BackupTargets(file, access, List.of());
    }

    /** @throws IOException if the file cannot be read or names no stores; what it said before is in force then */
    public synchronized List<Target> current() throws IOException {
        if (file != null) {
            Object now = versionOf(file);
            if (!Objects.equals(now, version)) {
                List<Target> next = read(file);
                tell(file, current, next);
                current = next;
                version = now;
            }
        }
        return current;
    }

    /** What is in force while {@link #current} fails; nothing if it never succeeded. */
    public synchronized Optional<List<Target>> lastKnown() {
        return file == null || version != null ? Optional.of(current) : Optional.empty();
    }

    private static Object versionOf(Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return List.of(attributes.lastModifiedTime(), attributes.size(), String.valueOf(attributes.fileKey()));
    }

    private List<Target> read(Path from) throws IOException {
        List<Target> targets = new ArrayList<>();
        boolean off = false;
        for (String line : Files.readAllLines(from)) {
            String text = line.strip();
            if (text.equals(NO_BACKUPS)) {
                off = true;
            } else if (!text.isEmpty() && !text.startsWith("#")) {
                targets.add(target(from, text.split("\\s+", 2)));
            }
        }
        if (targets.isEmpty() != off) {
            throw new IOException(
                    off
                            ? from + " says " + NO_BACKUPS + " and names stores all the same; remove one or the other"
                            : from + " names no store, perhaps as it is being written. A line '" + NO_BACKUPS
                                    + "' ends all backups.");
        }
        return List.copyOf(targets);
    }

    private static void tell(Path file, List<Target> before, List<Target> now) {
        for (Target target : now) {
            if (!before.contains(target)) {
                LOG.log(Level.INFO, "{0}: backups go to {1} from now on", file, target.url());
            }
        }
        for (Target target : before) {
            if (!now.contains(target)) {
                LOG.log(Level.INFO, "{0}: backups to {1} end", file, target.url());
            }
        }
    }

    private Target target(Path from, String[] words) throws IOException {
        try {
            Path credentials = words.length == 1 ? access.credentials() : Path.of(words[1]);
            return new Target(StoreUrl.parse(words[0]), new StoreAccess(credentials, access.keys()));
        } catch (IllegalArgumentException malformed) { // the line itself may hold a secret
            throw new IOException(
                    from + " has a line that names no store: " + malformed.getMessage()
                            + ". Each takes a URL as of the setting backup, and if need be a credentials file.",
                    malformed);
        }
    }
}
