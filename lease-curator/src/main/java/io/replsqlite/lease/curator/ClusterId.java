package io.replsqlite.lease.curator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Which cluster this node belongs to, as far as it has been told. Kept in a file, one UUID as text. */
final class ClusterId {
    private final @Nullable Path file;

    ClusterId(@Nullable Path file) {
        this.file = file;
    }

    Optional<UUID> known() throws IOException {
        if (file == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(UUID.fromString(Files.readString(file).strip()));
        } catch (NoSuchFileException notYet) {
            return Optional.empty();
        } catch (IllegalArgumentException malformed) {
            throw new IOException(file + " does not hold a UUID", malformed);
        }
    }

    /** Losing the file in a crash costs the check once, not safety: it needs no sync. */
    void remember(UUID id) throws IOException {
        if (file != null) {
            Files.writeString(file, id + "\n");
        }
    }
}
