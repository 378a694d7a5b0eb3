package io.replsqlite.server.node;

import io.replsqlite.server.sqlite.DatabasePreflight;
import io.replsqlite.server.sqlite.SqliteBackup;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;

/**
 * Copies an SQLite file of any journal mode to where a database of the node is going to be, by SQLite's own backup: right
 * also while another program writes to it.
 */
final class DatabaseImport {
    private DatabaseImport() {}

    /** Answers the copy, beside the target; nobody else may be copying to the same target. */
    static Path copy(Path source, Path target) throws IOException, SQLException {
        requireFree(target);
        DatabasePreflight.checkSource(source);
        Path temporary = target.resolveSibling(target.getFileName() + ".import");
        Files.deleteIfExists(temporary);
        SqliteBackup.copy(source, temporary);
        return temporary;
    }

    static void requireFree(Path target) throws FileAlreadyExistsException {
        if (Files.exists(target)) {
            throw new FileAlreadyExistsException(
                    target.toString(), null, "there is a file at the place of the new database; move it away first");
        }
    }
}
