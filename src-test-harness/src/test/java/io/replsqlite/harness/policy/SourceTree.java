package io.replsqlite.harness.policy;

import io.replsqlite.harness.pages.Pages;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** The files of the project as they stand in the source tree, without what is built or belongs to tools. */
public final class SourceTree {
    private static final Set<String> SKIPPED = Set.of("target", ".git", ".idea", ".vscode", ".settings");
    private static final Set<String> TEXT_ENDINGS =
            Set.of(".java", ".md", ".xml", ".sh", ".yml", ".yaml", ".properties", ".config", ".py", ".json", ".txt");

    private final Path root;

    private SourceTree(Path root) {
        this.root = root;
    }

    /** Found upwards from the working directory: the directory that holds {@code .mvn}. */
    public static SourceTree find() {
        return new SourceTree(Pages.root());
    }

    public Path root() {
        return root;
    }

    public List<Path> javaFiles() {
        return files(file -> file.toString().endsWith(".java"));
    }

    List<Path> markdownFiles() {
        return files(file -> file.toString().endsWith(".md"));
    }

    /** Everything that people write: sources, pages, and scripts without an ending. */
    List<Path> textFiles() {
        return files(file -> {
            String name = file.getFileName().toString();
            int dot = name.lastIndexOf('.');
            return dot < 0 ? !name.equals("LICENSE") : TEXT_ENDINGS.contains(name.substring(dot));
        });
    }

    String name(Path file) {
        return root.relativize(file).toString().replace('\\', '/');
    }

    public static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private List<Path> files(Predicate<Path> wanted) {
        List<Path> found = new ArrayList<>();
        try {
            Files.walkFileTree(root, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                    boolean skipped = SKIPPED.contains(directory.getFileName().toString());
                    return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (attributes.isRegularFile() && !file.endsWith(".git") && wanted.test(file)) {
                        found.add(file);
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException("cannot walk " + root, e);
        }
        found.sort(null);
        return found;
    }
}
