package io.replsqlite.harness.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.replsqlite.harness.pages.CodeBlock;
import io.replsqlite.harness.pages.Pages;
import io.replsqlite.harness.pages.ShellWords;
import io.replsqlite.harness.policy.SourceTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Every command that a page shows is one that the program takes. */
class CommandBlocksTest {
    /** Programs of the machine, whose own options are not ours to check. */
    private static final Set<String> FOREIGN = Set.of(
            "curl", "openssl", "printf", "chmod", "tar", "mv", "cp", "git", "cd", "kill", "java", "cat", "umask");

    /** Stands in a page for what the reader knows; the command is not complete then. */
    private static final String OMITTED = "...";

    private final Path root = Pages.root();

    @TempDir
    private Path directory;

    /** @param whole false for what stands within a sentence, which may name a command without what it needs */
    private record Shown(String place, List<String> words, boolean whole) {}

    @Test
    void everyCommandShownIsTaken() throws IOException {
        List<Shown> commands = new ArrayList<>();
        for (CodeBlock block : shellBlocks()) {
            ShellWords.of(block).forEach(words -> commands.add(new Shown(block.place(), words, true)));
        }
        for (CodeBlock span : Pages.spans()) {
            if (span.text().matches("(\\./)?replsqlite [a-z].*")) {
                ShellWords.of(span.text()).forEach(words -> commands.add(new Shown(span.place(), words, false)));
            }
        }
        assertThat(commands).hasSizeGreaterThan(30);
        assertThat(commands.stream().flatMap(this::objections)).isEmpty();
    }

    private static List<CodeBlock> shellBlocks() throws IOException {
        return Stream.concat(Pages.blocks("console").stream(), Pages.blocks("sh").stream())
                .toList();
    }

    private Stream<String> objections(Shown shown) {
        try {
            return objection(shown).stream().map(objection -> shown.place() + ": " + objection);
        } catch (IOException unreadable) {
            return Stream.of(shown.place() + ": " + unreadable);
        }
    }

    private List<String> objection(Shown shown) throws IOException {
        List<String> words = shown.words();
        String program = words.get(0);
        if (program.equals("replsqlite") || program.endsWith("/replsqlite")) {
            return Parsed.objections(words.subList(1, words.size()), shown.whole());
        }
        if (program.equals("mvn")) {
            return objectionsToMaven(words);
        }
        if (program.contains("=") || program.startsWith("$") || program.equals("java")) {
            return objectionsToClasses(words);
        }
        if (FOREIGN.contains(program)) {
            return List.of();
        }
        return Files.isExecutable(root.resolve(program))
                ? List.of()
                : List.of("there is no program '" + program + "' in the tree, and it is none of the known ones");
    }

    /** The program's own parsers, which run nothing. */
    private static final class Parsed {
        static List<String> objections(List<String> given, boolean whole) {
            List<String> arguments = new ArrayList<>(given);
            boolean complete = !arguments.removeIf(OMITTED::equals) && whole;
            for (CommandLine line : programs()) {
                if (!arguments.isEmpty() && line.getSubcommands().containsKey(arguments.get(0))) {
                    return objections(line, arguments, complete);
                }
            }
            return List.of("no such command: " + arguments);
        }

        private static List<String> objections(CommandLine line, List<String> arguments, boolean complete) {
            try {
                CommandLine.ParseResult ignored = line.parseArgs(arguments.toArray(String[]::new));
                return List.of();
            } catch (CommandLine.MissingParameterException missing) {
                return complete ? List.of(arguments + ": " + missing.getMessage()) : List.of();
            } catch (CommandLine.ParameterException wrong) {
                return List.of(arguments + ": " + wrong.getMessage());
            }
        }

        private static List<CommandLine> programs() {
            return List.of(io.replsqlite.server.cli.Main.commandLine(), io.replsqlite.harness.Main.commandLine());
        }
    }

    private List<String> objectionsToMaven(List<String> words) throws IOException {
        List<String> objections = new ArrayList<>();
        int modules = words.indexOf("-pl") + 1;
        if (modules > 0) {
            for (String module : words.get(modules).split(",")) {
                if (!Files.exists(root.resolve(module).resolve("pom.xml"))) {
                    objections.add("no module " + module);
                }
            }
        }
        for (String word : words) {
            if (word.startsWith("-P")
                    && !Files.readString(root.resolve("pom.xml")).contains("<id>" + word.substring(2) + "</id>")) {
                objections.add("no profile " + word);
            }
            if (word.startsWith("-Dtest=") && !isTest(word.substring("-Dtest=".length()))) {
                objections.add("no test " + word);
            }
        }
        return objections;
    }

    private boolean isTest(String pattern) throws IOException {
        String name = pattern.replace("*", ".*") + "\\.java";
        return files().anyMatch(file -> file.getFileName().toString().matches(name));
    }

    private List<String> objectionsToClasses(List<String> words) throws IOException {
        List<String> objections = new ArrayList<>();
        for (String word : words) {
            if (word.startsWith("io.replsqlite.")
                    && files().noneMatch(file -> file.toString().endsWith(word.replace('.', '/') + ".java"))) {
                objections.add("no class " + word);
            }
        }
        return objections;
    }

    private Stream<Path> files() throws IOException {
        return SourceTree.find().javaFiles().stream();
    }

    /** What the page on security shows to make certificates with, run as it stands there. */
    @Test
    void theCertificatesOfThePageOnSecurityAreMade() throws Exception {
        assumeThat(onPath("openssl")).as("there is an openssl here").isTrue();
        CodeBlock block = shellBlocks().stream()
                .filter(shown -> shown.text().contains("openssl req"))
                .findFirst()
                .orElseThrow();
        Process shell = new ProcessBuilder("bash", "-euc", block.text())
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(shell.getInputStream().readAllBytes());
        assertThat(shell.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(shell.exitValue()).as(output).isZero();
        for (String file : List.of("trust.pem", "node1.pem", "node1-key.pem")) {
            assertThat(directory.resolve(file)).isNotEmptyFile();
        }
    }

    private static boolean onPath(String program) {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(place -> Files.isExecutable(Path.of(place).resolve(program)));
    }
}
