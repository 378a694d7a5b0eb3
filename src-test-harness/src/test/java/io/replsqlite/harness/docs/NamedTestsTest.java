package io.replsqlite.harness.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.harness.pages.CodeBlock;
import io.replsqlite.harness.pages.Pages;
import io.replsqlite.harness.policy.SourceTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The tests that the pages call as witnesses exist. */
class NamedTestsTest {
    private static final Pattern TEST_CLASS = Pattern.compile("\\b[A-Z]\\w+Test\\b");

    /** A sentence of at least five words, as test methods are named. */
    private static final Pattern TEST_METHOD = Pattern.compile("[a-z]+(?:[A-Z][a-z]*){4,}");

    private static final Pattern METHOD = Pattern.compile("void (\\w+)\\(");

    @Test
    void everyTestClassNamedIsThere() throws IOException {
        Set<String> named = new TreeSet<>();
        for (Path page : Pages.files()) {
            Matcher test = TEST_CLASS.matcher(Files.readString(page));
            test.results().forEach(found -> named.add(found.group()));
        }
        named.remove("ThingTest"); // of the rules on names
        List<String> there = SourceTree.find().javaFiles().stream()
                .map(file -> file.getFileName().toString().replace(".java", ""))
                .toList();
        assertThat(named).hasSizeGreaterThan(20);
        assertThat(there).containsAll(named);
    }

    @Test
    void everyTestMethodNamedIsThere() throws IOException {
        Set<String> there = SourceTree.find().javaFiles().stream()
                .filter(file -> file.toString().contains("src/test/java"))
                .flatMap(file -> METHOD.matcher(SourceTree.read(file)).results().map(found -> found.group(1)))
                .collect(Collectors.toSet());
        List<String> named = Pages.spans().stream()
                .map(CodeBlock::text)
                .filter(text -> TEST_METHOD.matcher(text).matches())
                .toList();
        assertThat(named).hasSizeGreaterThan(5);
        assertThat(there).containsAll(named);
    }
}
