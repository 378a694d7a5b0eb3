package io.replsqlite.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenFileTest {
    @TempDir
    Path directory;

    @Test
    void aReplacedFileCountsAtOnce() throws IOException {
        Path file = Files.writeString(directory.resolve("token"), "one\n");
        TokenFile token = new TokenFile(file);
        assertThat(token.token()).isEqualTo("one");
        assertThat(token.token()).isEqualTo("one");
        Path next = Files.writeString(directory.resolve("next"), "two\n");
        Files.setLastModifiedTime(next, Files.getLastModifiedTime(file)); // of the same size and age
        Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
        assertThat(token.token()).isEqualTo("two");
        Files.writeString(file, "three, in place\n");
        assertThat(token.token()).isEqualTo("three, in place");
        Files.delete(file);
        assertThatThrownBy(token::token).isInstanceOf(IOException.class);
    }
}
