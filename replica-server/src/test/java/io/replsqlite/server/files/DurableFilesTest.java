package io.replsqlite.server.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.base.FailurePoint;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableFilesTest {
    private static final int MAGIC = 0x01020304;

    @TempDir
    Path directory;

    @AfterEach
    void disarm() {
        FailurePoint.arm("");
    }

    @Test
    void replacesWholeContents() throws IOException {
        Path file = directory.resolve("small");
        DurableFiles.replace(file, new byte[] {1, 2, 3});
        DurableFiles.replace(file, new byte[] {4});
        assertThat(file).hasBinaryContent(new byte[] {4});
        assertThat(directory.toFile().list()).containsExactly("small");
    }

    @Test
    void keepsTheOldContentWhenTheNewOneCannotBeWritten() throws IOException {
        Path file = directory.resolve("small");
        DurableFiles.replace(file, new byte[] {1});
        FailurePoint.arm("METADATA_WRITTEN=full");
        assertThatThrownBy(() -> DurableFiles.replace(file, new byte[] {2})).hasMessageContaining("No space left");
        assertThat(file).hasBinaryContent(new byte[] {1});
        assertThat(directory.toFile().list()).containsExactly("small");
    }

    @Test
    void aFailedSyncHasATypeOfItsOwn() throws IOException {
        Path file = directory.resolve("file");
        FileChannel closed = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        closed.close();
        assertThatThrownBy(() -> DurableFiles.force(closed, false, file))
                .isInstanceOf(FsyncFailedException.class)
                .hasMessageContaining("in doubt");
    }

    @Test
    void aCheckedFileNoticesEveryFlippedByteAndEveryMissingOne() throws IOException {
        Path file = directory.resolve("checked");
        byte[] payload = {10, 20, 30, 40, 50};
        CheckedFile.write(file, MAGIC, payload);
        assertThat(CheckedFile.read(file, MAGIC)).isEqualTo(payload);
        byte[] whole = Files.readAllBytes(file);
        for (int i = 0; i < whole.length; i++) {
            byte[] flipped = whole.clone();
            flipped[i] ^= 4;
            assertDamaged(file, flipped);
            assertDamaged(file, Arrays.copyOf(whole, i));
        }
        assertDamaged(file, Arrays.copyOf(whole, whole.length + 1));
    }

    private static void assertDamaged(Path file, byte[] content) throws IOException {
        Files.write(file, content);
        assertThatThrownBy(() -> CheckedFile.read(file, MAGIC)).isInstanceOf(CheckedFile.DamagedFileException.class);
    }

    @Test
    void deletesTreesAndMovesThem() throws IOException {
        Path tree = directory.resolve("a");
        DurableFiles.createDirectories(tree.resolve("b/c"));
        Files.write(tree.resolve("b/c/file"), new byte[1]);
        DurableFiles.move(tree, directory.resolve("moved"));
        assertThat(directory.resolve("moved/b/c/file")).exists();
        DurableFiles.deleteTree(directory.resolve("moved"));
        DurableFiles.deleteTree(directory.resolve("moved"));
        assertThat(directory).isEmptyDirectory();
    }
}
