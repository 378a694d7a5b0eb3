package io.replsqlite.server.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.base.FailurePoint;
import io.replsqlite.server.sqlite.SqliteFiles;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DatabaseFileBuilderTest {
    private static final int PAGE_SIZE = 1024;

    @TempDir
    Path directory;

    private byte[] source;
    private Path target;

    @BeforeEach
    void writeSource() throws Exception {
        Path path = directory.resolve("source.db");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + path)) {
            Twin.execute(
                    connection,
                    "pragma page_size=" + PAGE_SIZE,
                    "pragma journal_mode=wal",
                    "create table t(v)",
                    "insert into t values(randomblob(20000))");
        }
        source = Files.readAllBytes(path);
        target = directory.resolve("target.db");
    }

    @AfterEach
    void disarm() {
        FailurePoint.arm("");
    }

    private int pages() {
        return source.length / PAGE_SIZE;
    }

    private ByteBuffer page(int number) {
        return ByteBuffer.wrap(source, (number - 1) * PAGE_SIZE, PAGE_SIZE);
    }

    private void build() throws Exception {
        try (DatabaseFileBuilder builder = new DatabaseFileBuilder(target, PAGE_SIZE)) {
            for (int number = pages() + 5; number > 0; number--) {
                builder.write(number, number > pages() ? ByteBuffer.allocate(PAGE_SIZE) : page(1));
            }
            for (int number = 1; number <= pages(); number++) {
                builder.write(number, page(number));
            }
            builder.finish(pages());
        }
    }

    @Test
    void pagesInAnyOrderBecomeTheDatabaseAndStaleFilesGo() throws Exception {
        for (String suffix : new String[] {"-wal", "-shm", "-journal"}) {
            Files.writeString(directory.resolve("target.db" + suffix), "stale");
        }
        Files.writeString(directory.resolve("target.db.replsqlite-new"), "left by an interrupted attempt".repeat(9999));
        build();
        assertThat(target).hasBinaryContent(source);
        try (var files = Files.list(directory)) {
            assertThat(files.map(Path::getFileName).map(Path::toString)).containsOnly("source.db", "target.db");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = FailurePoint.class,
            names = {"SNAPSHOT_PARTIAL", "SNAPSHOT_SYNCED"})
    void aFailureBeforeTheRenameLeavesTheOldDatabase(FailurePoint point) throws Exception {
        Files.writeString(target, "old");
        FailurePoint.arm(point + "=full");
        assertThatThrownBy(this::build).hasMessageContaining("No space left");
        assertThat(target).hasContent("old");
        assertThat(directory.resolve("target.db.replsqlite-new")).doesNotExist();
    }

    @Test
    void whatIsNoWalModeDatabaseIsNotInstalled() throws Exception {
        source[18] = 1;
        assertThatThrownBy(this::build).hasMessageContaining("not that of a database in WAL mode");
        assertThat(target).doesNotExist();
        try (DatabaseFileBuilder builder = new DatabaseFileBuilder(target, PAGE_SIZE)) {
            assertThatThrownBy(() -> builder.write(0, page(1))).hasMessageContaining("page 0");
            assertThatThrownBy(() -> builder.write(1, ByteBuffer.allocate(5))).hasMessageContaining("5 bytes");
            assertThatThrownBy(() -> builder.finish(3)).hasMessageContaining("page 1 of the snapshot");
        }
    }

    @Test
    void anOpenDatabaseIsNeverReplaced() throws Exception {
        build();
        try (SqliteFiles files = SqliteFiles.open(target)) {
            assertThatThrownBy(this::build).hasMessageContaining("is open in this process");
            assertThat(Files.exists(directory.resolve("target.db-shm")))
                    .as("%s", files)
                    .isTrue();
        }
    }
}
