package io.replsqlite.server.backup.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupTargetsTest {
    @TempDir
    Path directory;

    private Path write(String... lines) throws IOException {
        return Files.write(directory.resolve("targets"), List.of(lines));
    }

    private static List<String> urls(List<BackupTargets.Target> targets) {
        return targets.stream().map(target -> target.url().toString()).toList();
    }

    @Test
    void aFileWithoutTargetsIsNoReasonToEndBackups() throws IOException {
        BackupTargets targets = BackupTargets.inFile(write("file:///a", "  # file:///b"), StoreAccess.OF_ENVIRONMENT);
        assertThat(targets.lastKnown()).isEmpty();
        assertThat(urls(targets.current())).containsExactly("file:///a");
        write("");
        assertThatThrownBy(targets::current).isInstanceOf(IOException.class).hasMessageContaining("names no store");
        assertThat(urls(targets.lastKnown().orElseThrow())).containsExactly("file:///a");
        Files.delete(directory.resolve("targets"));
        assertThatThrownBy(targets::current).isInstanceOf(IOException.class);
        assertThat(urls(targets.lastKnown().orElseThrow())).containsExactly("file:///a");
    }

    @Test
    void oneWordSwitchesThemOff() throws IOException {
        BackupTargets targets = BackupTargets.inFile(write("# for now", " none "), StoreAccess.OF_ENVIRONMENT);
        assertThat(targets.current()).isEmpty();
        assertThat(targets.lastKnown()).isPresent();
        write("none", "file:///a/longer");
        assertThatThrownBy(targets::current).isInstanceOf(IOException.class).hasMessageContaining("all the same");
    }
}
