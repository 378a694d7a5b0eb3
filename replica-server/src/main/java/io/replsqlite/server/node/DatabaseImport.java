package io.replsqlite.server.node;

import io.replsqlite.server.files.DurableFiles;
import io.replsqlite.server.sqlite.DatabasePreflight;
import io.replsqlite.server.sqlite.SqliteBackup;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;

/**
 * Copies an SQLite file of any journal mode to where a database of the node is going to be, by SQLite's own backup: right
 * also while another program writes to it.
 */
final class DatabaseImport {
    private DatabaseImport() {}

    static void copy(Path source, Path target) throws IOException, SQLException {
        if (Files.exists(target)) {
            throw new FileAlreadyExistsException(
                    target.toString(), null, "there is a file at the place of the new database; move it away first");
        }
        DatabasePreflight.checkSource(source);
        Path temporary = target.resolveSibling(target.getFileName() + ".import");
        Files.deleteIfExists(temporary);
        SqliteBackup.copy(source, temporary);
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        DurableFiles.syncDirectory(DurableFiles.parentOf(target));
    }
}
