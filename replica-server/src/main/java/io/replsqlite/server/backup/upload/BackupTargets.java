package io.replsqlite.server.backup.upload;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.replsqlite.server.backup.storage.StoreUrl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Where backups go to at present: as the node was told at its start, or as a file says that is read again when it changes. */
public final class BackupTargets {
    public static final BackupTargets NONE = fixed(List.of(), null);

    /** @param credentials null to use the environment's */
    public record Target(StoreUrl url, @Nullable Path credentials) {}

    private final @Nullable Path file;
    private final @Nullable Path credentials;

    @GuardedBy("this")
    private List<Target> current;

    /** Of the file as it was read last. */
    @GuardedBy("this")
    private @Nullable Object version;

    private BackupTargets(@Nullable Path file, @Nullable Path credentials, List<Target> current) {
        this.file = file;
        this.credentials = credentials;
        this.current = List.copyOf(current);
    }

    /** @param credentials for all of them */
    public static BackupTargets fixed(List<StoreUrl> urls, @Nullable Path credentials) {
        return new BackupTargets(
                null,
                credentials,
                urls.stream().map(url -> new Target(url, credentials)).toList());
    }

    /** @param credentials for those lines that name no file of their own */
    public static BackupTargets inFile(Path file, @Nullable Path credentials) {
        return new BackupTargets(file, credentials, List.of());
    }

    /** @throws IOException if the file cannot be read or names no stores; what it said before is in force then */
    public synchronized List<Target> current() throws IOException {
        if (file != null) {
            Object now = versionOf(file);
            if (!Objects.equals(now, version)) {
                current = read(file);
                version = now;
            }
        }
        return current;
    }

    private static Object versionOf(Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return List.of(attributes.lastModifiedTime(), attributes.size(), String.valueOf(attributes.fileKey()));
    }

    private List<Target> read(Path from) throws IOException {
        List<Target> targets = new ArrayList<>();
        for (String line : Files.readAllLines(from)) {
            if (!line.isBlank() && !line.startsWith("#")) {
                targets.add(target(from, line.strip().split("\\s+", 2)));
            }
        }
        return List.copyOf(targets);
    }

    private Target target(Path from, String[] words) throws IOException {
        try {
            return new Target(StoreUrl.parse(words[0]), words.length == 1 ? credentials : Path.of(words[1]));
        } catch (IllegalArgumentException malformed) { // the line itself may hold a secret
            throw new IOException(
                    from + " has a line that names no store: " + malformed.getMessage()
                            + ". Each takes a URL as of the setting backup, and if need be a credentials file.",
                    malformed);
        }
    }
}
