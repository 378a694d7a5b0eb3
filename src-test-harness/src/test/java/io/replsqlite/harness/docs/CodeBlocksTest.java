package io.replsqlite.harness.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.harness.pages.CodeBlock;
import io.replsqlite.harness.pages.Pages;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** No block of code in the pages is left unlooked at. */
class CodeBlocksTest {
    /** Who looks at a language; the tests stand in the modules that have its class path. */
    private static final Map<String, String> CHECKED_BY = Map.of(
            "console", "src-test-harness/src/test/java/io/replsqlite/harness/docs/CommandBlocksTest.java",
            "sh", "src-test-harness/src/test/java/io/replsqlite/harness/docs/CommandBlocksTest.java",
            "properties node", "src-test-harness/src/test/java/io/replsqlite/harness/docs/NodePropertiesTest.java",
            "xml", "src-test-harness/src/test/java/io/replsqlite/harness/docs/CodeBlocksTest.java",
            "java", "src-test-harness/frameworks/src/test/java/io/replsqlite/frameworks/JavaBlocksTest.java",
            "java run", "src-test-harness/frameworks/src/test/java/io/replsqlite/frameworks/JavaBlocksTest.java",
            "promql", "src-test-harness/frameworks/src/test/java/io/replsqlite/frameworks/AlertRulesTest.java",
            "properties spring",
                    "examples-spring/src/test/java/io/replsqlite/examples/spring/SpringPropertiesTest.java");

    private static final String UNCHECKED = "unchecked: ";
    private static final Pattern ARTIFACT = Pattern.compile("<artifactId>([^<]*)</artifactId>");
    private static final Pattern GROUP = Pattern.compile("<groupId>([^<]*)</groupId>");
    private static final Pattern VERSION = Pattern.compile("<version>([^<]*)</version>");

    @Test
    void everyBlockIsCheckedBySomebodyOrSaysWhyNot() throws IOException {
        List<CodeBlock> blocks = Pages.blocks();
        assertThat(blocks).hasSizeGreaterThan(20);
        assertThat(new TreeSet<>(CHECKED_BY.values()))
                .allSatisfy(test -> assertThat(Pages.root().resolve(test)).exists());
        assertThat(blocks.stream()
                        .filter(block -> !CHECKED_BY.containsKey(block.language()))
                        .filter(block -> !(block.language().equals("text")
                                && block.comment().startsWith(UNCHECKED)
                                && block.comment().length() > UNCHECKED.length()))
                        .map(block -> block.place() + " is '" + block.language() + "'"))
                .as("blocks that no test checks and that do not say why, by <!-- unchecked: why --> before them")
                .isEmpty();
    }

    @Test
    void dependenciesAreThoseOfThisProject() throws IOException {
        List<CodeBlock> blocks = Pages.blocks("xml");
        assertThat(blocks).isNotEmpty();
        String bom = Files.readString(Pages.root().resolve("driver/bom/pom.xml"));
        for (CodeBlock block : blocks) {
            assertThat(all(GROUP, block.text())).as(block.place()).containsOnly("io.replsqlite");
            assertThat(all(ARTIFACT, bom)).as(block.place()).containsAll(all(ARTIFACT, block.text()));
            assertThat(all(VERSION, block.text()))
                    .as(block.place())
                    .containsOnly(all(VERSION, bom).get(0));
        }
    }

    private static List<String> all(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.results().map(found -> found.group(1)).toList();
    }
}
