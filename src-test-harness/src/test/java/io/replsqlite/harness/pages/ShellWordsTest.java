package io.replsqlite.harness.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ShellWordsTest {
    private static CodeBlock block(String language, String... lines) {
        return new CodeBlock("page.md", 1, language, "", List.of(lines));
    }

    @Test
    void onlyWhatStandsBehindAPromptIsACommand() {
        assertThat(ShellWords.of(
                        block("console", "$ one 'a b' --c=\"d e\"   # why", "output $ two", "$ three \\", "  four")))
                .containsExactly(List.of("one", "a b", "--c=d e"), List.of("three", "four"));
    }

    @Test
    void everyLineOfAScriptIsACommandAndSomeAreTwo() {
        assertThat(ShellWords.of(block("sh", "tar -x && mv a b", "", "# a comment", "run &", "x=\"$(cat f)\"")))
                .containsExactly(List.of("tar", "-x"), List.of("mv", "a", "b"), List.of("run"), List.of("x=$(cat f)"));
    }

    @Test
    void blocksKnowTheirLanguageAndTheCommentBeforeThem() {
        List<CodeBlock> blocks = CodeBlock.in(
                "page.md",
                List.of("text", "<!-- unchecked: a drawing -->", "```text", "a", "```", "", "```sh", "b", "```"));
        assertThat(blocks)
                .containsExactly(
                        new CodeBlock("page.md", 3, "text", "unchecked: a drawing", List.of("a")),
                        new CodeBlock("page.md", 7, "sh", "", List.of("b")));
    }
}
