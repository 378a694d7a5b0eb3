package io.replsqlite.session;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/**
 * A credential in a file that may be replaced at any time: the file is looked at for each use, and read when it has
 * changed. For any thread.
 */
final class TokenFile {
    private final Path file;
    private volatile @Nullable Content last;

    /** @param key names the file itself, null where the file system has no such thing */
    private record Content(@Nullable Object key, FileTime modified, long size, String token) {
        boolean isOf(BasicFileAttributes now) {
            return key != null
                    && key.equals(now.fileKey())
                    && modified.equals(now.lastModifiedTime())
                    && size == now.size();
        }
    }

    TokenFile(Path file) {
        this.file = file;
    }

    /** Attributes first: what changes in between is found the next time. */
    String token() throws IOException {
        BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
        Content known = last;
        if (known != null && known.isOf(now)) {
            return known.token;
        }
        String token = Files.readString(file).trim();
        last = new Content(now.fileKey(), now.lastModifiedTime(), now.size(), token);
        return token;
    }
}
