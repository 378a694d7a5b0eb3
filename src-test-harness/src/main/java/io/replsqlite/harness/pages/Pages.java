package io.replsqlite.harness.pages;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The pages that users read, as they stand in the source tree: README, docs, the examples' pages. */
public final class Pages {
    private static final Pattern SPAN = Pattern.compile("`([^`]+)`");

    private Pages() {}

    /** The top of the source tree, found upwards from the working directory: it holds {@code .mvn}. */
    public static Path root() {
        Path directory = Path.of("").toAbsolutePath();
        while (directory != null && !Files.isDirectory(directory.resolve(".mvn"))) {
            directory = directory.getParent();
        }
        if (directory == null) {
            throw new IllegalStateException("the tests must run inside the source tree");
        }
        return directory;
    }

    public static List<Path> files() throws IOException {
        Path root = root();
        List<Path> pages = new ArrayList<>(List.of(root.resolve("README.md"), root.resolve("CONTRIBUTING.md")));
        try (Stream<Path> docs = Files.walk(root.resolve("docs"))) {
            docs.filter(file -> file.toString().endsWith(".md")).forEach(pages::add);
        }
        try (Stream<Path> modules = Files.list(root)) {
            modules.filter(module -> name(module).startsWith("examples-"))
                    .map(module -> module.resolve("README.md"))
                    .forEach(pages::add);
        }
        pages.sort(null);
        return pages;
    }

    public static List<CodeBlock> blocks() throws IOException {
        List<CodeBlock> blocks = new ArrayList<>();
        for (Path page : files()) {
            blocks.addAll(CodeBlock.in(name(page), Files.readAllLines(page)));
        }
        return blocks;
    }

    /** The blocks whose fence says exactly this, or this and a word more. */
    public static List<CodeBlock> blocks(String language) throws IOException {
        return blocks().stream()
                .filter(block -> (block.language() + " ").startsWith(language + " "))
                .toList();
    }

    /** What stands between single backticks, with the line it stands on; as blocks without a language. */
    public static List<CodeBlock> spans() throws IOException {
        List<CodeBlock> spans = new ArrayList<>();
        for (Path page : files()) {
            List<String> lines = Files.readAllLines(page);
            boolean fenced = false;
            for (int i = 0; i < lines.size(); i++) {
                fenced ^= lines.get(i).startsWith("```");
                if (!fenced) {
                    for (MatchResult span : SPAN.matcher(lines.get(i)).results().toList()) {
                        spans.add(new CodeBlock(name(page), i + 1, "", "", List.of(span.group(1))));
                    }
                }
            }
        }
        return spans;
    }

    private static String name(Path page) {
        return root().relativize(page).toString();
    }
}
