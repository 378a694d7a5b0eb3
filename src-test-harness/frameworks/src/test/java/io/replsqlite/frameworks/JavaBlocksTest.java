package io.replsqlite.frameworks;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.harness.fault.SharedNodes;
import io.replsqlite.harness.pages.CodeBlock;
import io.replsqlite.harness.pages.Pages;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The Java of the pages compiles, and what the README lets a newcomer do does what stands there. */
@Timeout(120)
class JavaBlocksTest {
    private static final Pattern CONTEXT = Pattern.compile("imports: (.*?)(?: given: (.*))?");
    private static final String README_FILE = "my-cluster/node2/app.db";
    private static final String PRINTS = "// prints ";

    @TempDir
    private Path directory;

    @Test
    void allOfItCompiles() throws Exception {
        List<CodeBlock> blocks = Pages.blocks("java");
        assertThat(blocks).hasSizeGreaterThan(2);
        List<String> objections = new ArrayList<>();
        for (int i = 0; i < blocks.size(); i++) {
            objections.addAll(
                    compile("Snippet" + i, blocks.get(i), blocks.get(i).text()));
        }
        assertThat(objections).isEmpty();
    }

    /** Its comments say what it prints: with the clusters' file in place of a shared one, it does. */
    @Test
    void theSnippetOfTheReadmeRuns() throws Exception {
        CodeBlock block = Pages.blocks("java run").get(0);
        assertThat(block.page()).isEqualTo("README.md");
        assertThat(block.text()).contains(README_FILE);
        Path file = SharedNodes.get().newDatabase().onFollower();
        assertThat(compile("Readme", block, block.text().replace(README_FILE, file.toString())))
                .isEmpty();
        List<String> promised = block.lines().stream()
                .filter(line -> line.contains(PRINTS))
                .map(line ->
                        line.substring(line.indexOf(PRINTS) + PRINTS.length()).strip())
                .toList();
        assertThat(promised).hasSizeGreaterThan(1);
        List<String> printed = run("Readme").lines().toList();
        assertThat(printed).hasSameSizeAs(promised);
        for (int i = 0; i < promised.size(); i++) {
            assertThat(printed.get(i)).startsWith(promised.get(i));
        }
    }

    private String run(String name) throws Exception {
        PrintStream before = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {directory.toUri().toURL()})) {
            System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
            loader.loadClass(name).getMethod("run").invoke(null);
        } finally {
            System.setOut(before);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** Answers what the compiler objects to; the classes are in the directory afterwards. */
    private List<String> compile(String name, CodeBlock block, String text) throws Exception {
        Matcher context = CONTEXT.matcher(block.comment());
        assertThat(context.matches())
                .as("%s: a comment <!-- imports: ... given: ... --> stands before a Java block", block.place())
                .isTrue();
        Path source = Files.writeString(directory.resolve(name + ".java"), source(name, context, text));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(problems, null, null)) {
            List<String> options = List.of(
                    "-d",
                    directory.toString(),
                    "-cp",
                    classPath(),
                    "--release",
                    "17",
                    "-proc:none",
                    "-Xlint:deprecation",
                    "-Werror");
            compiler.getTask(null, files, problems, options, null, files.getJavaFileObjects(source))
                    .call();
        }
        return problems.getDiagnostics().stream()
                .map(problem -> block.place() + ": " + problem)
                .toList();
    }

    private static String source(String name, Matcher context, String text) {
        StringBuilder source = new StringBuilder();
        for (String imported : context.group(1).split(",")) {
            source.append("import ").append(imported.strip()).append(";\n");
        }
        String given = context.group(2) == null ? "" : context.group(2);
        return source.append("public class " + name + " {\n  public static void run(")
                .append(given)
                .append(") throws Exception {\n")
                .append(text)
                .append("\n  }\n}\n")
                .toString();
    }

    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }
}
