package io.replsqlite.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.base.MonotonicClock;
import io.replsqlite.server.config.NodeSettings;
import io.replsqlite.server.endpoint.RefusedException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabasesTest {
    private static final UUID ID = new UUID(1, 2);

    @TempDir
    Path directory;

    private NodeFiles files;
    private Databases databases;

    @BeforeEach
    void open() throws IOException {
        files = new NodeFiles(directory);
        databases = reopened();
    }

    @AfterEach
    void close() throws InterruptedException {
        databases.closeAll();
    }

    private Databases reopened() throws IOException {
        NodeSettings settings = NodeSettings.of(Map.of("dir", directory.toString()));
        return new Databases(
                directory,
                files,
                new NodeCredentials(files, settings),
                NodeParts.databaseSettings(settings, URI.create("http://127.0.0.1:1")),
                new EpochPromises(files),
                MonotonicClock.SYSTEM);
    }

    private Catalogue.Entry entry(Catalogue.State state) {
        return new Catalogue.Entry("app", ID, false, state);
    }

    private Path aside() {
        return files.droppedDirectory().resolve("app-" + ID);
    }

    /** A question that came while the node stopped opened them once more, and held their locks until the process ended. */
    @Test
    void onceAllAreClosedNoneIsOpenedAnew() throws Exception {
        databases.list("app", ID, false);
        databases.openListed();
        databases.closeAll();
        assertThatThrownBy(databases::openListed)
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("stops");
        Databases again = reopened();
        assertThat(again.openListed()).hasSize(1);
        again.closeAll();
    }

    @Test
    void aDropSetsTheFilesAside() throws Exception {
        databases.list("app", ID, false);
        databases.openListed();
        Files.writeString(directory.resolve("app.db"), "pages");

        databases.drop(entry(Catalogue.State.PRESENT));
        assertThat(aside().resolve("app.db")).hasContent("pages");
        assertThat(aside().resolve("app.db-replsqlite")).isDirectory();
        assertThat(databases.open()).isEmpty();
        assertThat(reopened().catalogue().all()).containsExactly(entry(Catalogue.State.DROPPED));
    }

    @Test
    void aDropThatWasCutShortIsFinishedBeforeAnythingIsOpened() throws Exception {
        databases.catalogue().put(entry(Catalogue.State.DROPPING));
        Files.createDirectories(aside());
        Files.writeString(aside().resolve("app.db"), "pages");
        Files.writeString(directory.resolve("app.db-wal"), "frames"); // the crash came between two renames
        databases = reopened();

        assertThat(databases.openListed()).isEmpty();
        assertThat(aside().resolve("app.db-wal")).hasContent("frames");
        assertThat(directory.resolve("app.db-wal")).doesNotExist();
        assertThat(databases.catalogue().all()).containsExactly(entry(Catalogue.State.DROPPED));
    }

    @Test
    void whatADropHasLeftDoesNotGetIntoANewDatabaseOfThatName() throws Exception {
        databases.catalogue().put(entry(Catalogue.State.DROPPING));
        Files.writeString(directory.resolve("app.db"), "old");
        Path copy = Files.writeString(directory.resolve("app.db.import"), "new");

        databases.place(copy, "app");
        assertThat(directory.resolve("app.db")).hasContent("new");
        assertThat(aside().resolve("app.db")).hasContent("old");
    }

    @Test
    void aCopyNeverReplacesADatabaseOrAFile() throws Exception {
        Path copy = Files.writeString(directory.resolve("copy"), "new");
        Files.writeString(directory.resolve("stray.db"), "somebody's");
        databases.list("app", ID, false);

        assertThatThrownBy(() -> databases.place(copy, "app"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("'app'")
                .hasMessageContaining("nothing was changed");
        assertThatThrownBy(() -> databases.place(copy, "stray")).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(directory.resolve("stray.db")).hasContent("somebody's");
    }
}
