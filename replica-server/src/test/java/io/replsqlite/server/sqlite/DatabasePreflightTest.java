package io.replsqlite.server.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Set;
import java.util.stream.Collectors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabasePreflightTest {
    @TempDir
    Path directory;

    private final Set<String> claimedBefore = claims();
    private Path database;

    @BeforeEach
    void create() throws Exception {
        database = directory.resolve("app.db");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
                Statement statement = connection.createStatement()) {
            statement.execute("create table t(v)");
        }
    }

    /** Other tests of this process may have left some, as a node does that dies in it. */
    private static Set<String> claims() {
        return System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.startsWith(OpenFileRegistry.PROPERTY_PREFIX))
                .collect(Collectors.toSet());
    }

    private void assertRefused(ThrowingCallable check, String what) {
        assertThatThrownBy(check).isInstanceOfSatisfying(UnusableDatabaseException.class, refusal -> {
            assertThat(refusal).hasMessageContaining(what);
            assertThat(refusal.what()).isNotBlank();
            assertThat(refusal.why()).isNotBlank();
            assertThat(refusal.whatToDo()).isNotBlank();
        });
        assertThat(claims()).as("nothing stays claimed").isEqualTo(claimedBefore);
    }

    @Test
    void anOrdinaryDatabaseOrNonePasses() throws Exception {
        DatabasePreflight.checkPlace(database);
        DatabasePreflight.checkPlace(directory.resolve("absent.db"));
    }

    @Test
    void directoriesAndMissingDirectoriesAreRefused() {
        assertRefused(() -> SqliteFiles.open(directory), "is a directory");
        assertRefused(() -> SqliteFiles.open(directory.resolve("no/app.db")), "is not a directory");
        assertRefused(() -> SqliteFiles.open(Path.of("/dev/null")), "is not a regular file");
    }

    @Test
    void linksAreRefused() throws Exception {
        Path symbolic = Files.createSymbolicLink(directory.resolve("symbolic.db"), database);
        assertRefused(() -> SqliteFiles.open(symbolic), "symbolic link");
        Path dangling = Files.createSymbolicLink(directory.resolve("dangling.db"), directory.resolve("nowhere"));
        assertRefused(() -> SqliteFiles.open(dangling), "symbolic link");
        Files.createLink(directory.resolve("hard.db"), database);
        assertRefused(() -> SqliteFiles.open(database), "2 hard links");
    }

    @Test
    void otherFilesAndEncryptedDatabasesAreRefused() throws Exception {
        Path text = Files.writeString(directory.resolve("text.db"), "hello, world\n".repeat(100));
        assertRefused(() -> SqliteFiles.open(text), "does not start like an SQLite database");
        Path cut = Files.write(directory.resolve("cut.db"), java.util.Arrays.copyOf(Files.readAllBytes(database), 60));
        assertRefused(() -> SqliteFiles.open(cut), "does not start like an SQLite database");
        byte[] bytes = Files.readAllBytes(database);
        bytes[16] = 3;
        Path odd = Files.write(directory.resolve("odd.db"), bytes);
        assertRefused(() -> SqliteFiles.open(odd), "damaged or unknown header");
    }

    @Test
    void aHotRollbackJournalIsRefusedAndAFinishedOneIsNot() throws Exception {
        Path journal = directory.resolve("app.db-journal");
        Files.write(journal, new byte[512]);
        DatabasePreflight.checkPlace(database);
        byte[] hot = new byte[512];
        System.arraycopy(
                new byte[] {(byte) 0xd9, (byte) 0xd5, 5, (byte) 0xf9, 32, (byte) 0xa1, 99, (byte) 0xd7}, 0, hot, 0, 8);
        Files.write(journal, hot);
        assertRefused(() -> SqliteFiles.open(database), "rollback journal");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "fuse.unknown", "NFS"})
    void networkFileSystemsAreRefused(String type) {
        assertRefused(() -> DatabasePreflight.refuseFileSystem(database, type), type);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ext4", "xfs", "btrfs", "tmpfs", "overlay", "zfs", "fuseblk", "apfs"})
    void localFileSystemsPass(String type) {
        assertThatCode(() -> DatabasePreflight.refuseFileSystem(database, type)).doesNotThrowAnyException();
    }

    @Test
    void missingPermissionsAreRefused() throws Exception {
        assumeFalse("root".equals(System.getProperty("user.name")), "root may write everywhere");
        Files.setPosixFilePermissions(database, PosixFilePermissions.fromString("r--r--r--"));
        assertRefused(() -> SqliteFiles.open(database), "not readable and writable");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("r-xr-xr-x"));
        assertRefused(() -> SqliteFiles.open(database), "not writable for this user");
    }
}
