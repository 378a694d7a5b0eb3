package io.replsqlite.harness.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MarkdownLinksTest {
    @TempDir
    Path directory;

    @Test
    void onlyLinksThatLeadNowhereAreBroken() throws IOException {
        Files.writeString(directory.resolve("other.md"), "# Two words, one *comma*\n");
        Path page = Files.writeString(directory.resolve("page.md"), """
                ## Here
                [a](other.md) [b](other.md#two-words-one-comma) [c](#here) [d](https://example.org/x) [e](.)
                [f](absent.md) [g](other.md#three) [h](#nowhere)
                """);
        assertThat(MarkdownLinks.broken(page)).containsExactly("absent.md", "other.md#three", "#nowhere");
    }
}
