package io.replsqlite.harness.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What a reader of the sources may rely on, and no compiler checks. */
class TidyTest {
    private static final int LINES_WARNED = 400;
    private static final int LINES_REFUSED = 600;
    private static final int METHOD_LINES = 60;

    /** How many methods are longer than {@link #METHOD_LINES}. May only ever be lowered. */
    private static final int LONG_METHODS = 0;

    private static final Pattern UNFINISHED = Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b");
    private static final Pattern MACHINE_PATH =
            Pattern.compile("(?<![\\w.~}>:/-])/(root|work|tmp|home/[a-z]\\w*|Users/[a-z]\\w*)(/[\\w.-]|\\b(?!/))");

    private final SourceTree tree = SourceTree.find();

    @Test
    void noJavaFileIsLongerThanSixHundredLines() {
        List<String> warned = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        for (Path file : tree.javaFiles()) {
            long lines = SourceTree.read(file).lines().count();
            if (lines > LINES_WARNED) {
                (lines > LINES_REFUSED ? refused : warned).add(tree.name(file) + " has " + lines);
            }
        }
        warned.forEach(text -> System.out.println("warning: more than " + LINES_WARNED + " lines: " + text));
        assertThat(refused).as("files over %d lines", LINES_REFUSED).isEmpty();
    }

    @Test
    void longMethodsOnlyBecomeFewer() {
        List<MethodLengths.Method> methods = MethodLengths.of(tree.javaFiles());
        List<String> tooLong = methods.stream()
                .filter(method -> method.lines() > METHOD_LINES)
                .map(method -> tree.name(method.file()) + " " + method.name() + ": " + method.lines() + " lines")
                .toList();
        assertThat(methods).as("methods found at all").hasSizeGreaterThan(100);
        assertThat(tooLong)
                .as("methods over %d lines; when fewer than LONG_METHODS remain, lower it", METHOD_LINES)
                .hasSize(LONG_METHODS);
    }

    @Test
    void nothingIsMarkedAsUnfinished() {
        assertThat(linesWith(UNFINISHED)).isEmpty();
    }

    @Test
    void noFileNamesAPathOfOneMachine() {
        assertThat("see /" + "root/x, \"/" + "tmp/y\" and (/" + "work)").containsPattern(MACHINE_PATH);
        assertThat("GET http://host/" + "work/, $dir/" + "tmp/x").doesNotContainPattern(MACHINE_PATH);
        assertThat(linesWith(MACHINE_PATH)).isEmpty();
    }

    @Test
    void everyPackageIsDescribedAndNullMarked() {
        List<String> bare = tree.javaFiles().stream()
                .filter(file -> tree.name(file).contains("src/main/java/"))
                .map(Path::getParent)
                .collect(Collectors.toCollection(TreeSet::new))
                .stream()
                .filter(directory -> !isDescribed(directory.resolve("package-info.java")))
                .map(tree::name)
                .toList();
        assertThat(bare).as("packages without a null-marked package-info.java").isEmpty();
    }

    @Test
    void linksOfThePagesLeadSomewhere() {
        List<String> broken = new ArrayList<>();
        List<Path> pages = tree.markdownFiles();
        for (Path page : pages) {
            MarkdownLinks.broken(page).forEach(target -> broken.add(tree.name(page) + " -> " + target));
        }
        assertThat(pages).extracting(tree::name).contains("README.md", "CONTRIBUTING.md");
        assertThat(broken).isEmpty();
    }

    private static boolean isDescribed(Path packageInfo) {
        if (!Files.exists(packageInfo)) {
            return false;
        }
        String text = SourceTree.read(packageInfo);
        return text.contains("/**") && text.contains("@NullMarked");
    }

    private List<String> linesWith(Pattern pattern) {
        List<String> found = new ArrayList<>();
        for (Path file : tree.textFiles()) {
            List<String> lines = SourceTree.read(file).lines().toList();
            for (int i = 0; i < lines.size(); i++) {
                if (pattern.matcher(lines.get(i)).find()) {
                    found.add(tree.name(file) + ":" + (i + 1) + ": "
                            + lines.get(i).strip());
                }
            }
        }
        return found;
    }
}
