package io.replsqlite.harness.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.harness.policy.SourceTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The start script over a tree of its own, with a Maven and a Java that only say that they were called. */
class StartScriptTest {
    private static final String MAVEN = """
            #!/bin/sh
            echo build >> "$BUILDS"
            if [ -n "$BREAK" ]; then echo '[ERROR] A.java:[1,1] no such thing'; echo '[ERROR] -> [Help 1]'
              echo '[WARNING] B.java:[2,2] unused'; exit 1; fi
            echo '[INFO] Building replica-server 1.0 [1/2]'
            for module in replica-server src-test-harness; do
              mkdir -p $module/target/lib
              echo jar > $module/target/$module-1.0.jar
              echo jar > $module/target/lib/library.jar
            done
            """;
    private static final String JAVA = """
            #!/bin/sh
            if [ "$1" = -XshowSettings:properties ]; then
              echo "    java.specification.version = ${JAVA_VERSION:-17}"
              exit 0
            fi
            echo "$@"
            """;

    @TempDir
    Path directory;

    private Path tree;
    private Path builds;

    private record Run(int exitCode, String output, String errors) {}

    @BeforeEach
    void plantTree() throws IOException {
        tree = Files.createDirectories(directory.resolve("a tree"));
        builds = directory.resolve("builds");
        Files.copy(SourceTree.find().root().resolve("replsqlite"), tree.resolve("replsqlite"));
        Files.writeString(
                tree.resolve("pom.xml"), "<module>replica-server</module>\n<module>src-test-harness</module>\n");
        for (String module : List.of("replica-server", "src-test-harness")) {
            Path sources = Files.createDirectories(tree.resolve(module).resolve("src/main/java"));
            Files.writeString(sources.resolve("A.java"), "class A {}");
            Files.writeString(tree.resolve(module).resolve("pom.xml"), "<project/>");
        }
        executable("bin/mvn", MAVEN);
        executable("bin/java", JAVA);
    }

    @Test
    void withoutACommandItPrintsHelpAndBuildsNothing() throws Exception {
        Run run = run(Map.of());
        assertThat(run.exitCode()).isZero();
        assertThat(run.output()).contains("usage: ./replsqlite COMMAND", "demo", "inspect");
        assertThat(builds).doesNotExist();
    }

    /** The script decides which class path a command gets, before there is a program to ask. */
    @Test
    void theCommandsOfTheScriptAreThoseOfThePrograms() throws Exception {
        Set<String> ofServer =
                io.replsqlite.server.cli.Main.commandLine().getSubcommands().keySet();
        Set<String> ofHarness =
                io.replsqlite.harness.Main.commandLine().getSubcommands().keySet();
        for (String command : ofServer) {
            assertThat(run(Map.of(), command).output()).contains("/server/* io.replsqlite.server.cli.Main " + command);
        }
        for (String command : ofHarness) {
            assertThat(run(Map.of(), command).output()).contains("/harness/* io.replsqlite.harness.Main " + command);
        }
        Set<String> told = new TreeSet<>();
        run(Map.of())
                .output()
                .lines()
                .filter(line -> line.matches("  [a-z]+ .*"))
                .forEach(line -> told.add(line.strip().split(" ")[0]));
        Set<String> all = new TreeSet<>(ofServer);
        all.addAll(ofHarness);
        assertThat(told).as("the commands that the script's help lists").isEqualTo(all);
    }

    @Test
    void anUnknownCommandEndsWithTwoAndBuildsNothing() throws Exception {
        Run run = run(Map.of(), "nonsense");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.errors()).startsWith("error: there is no command 'nonsense'");
        assertThat(builds).doesNotExist();
    }

    @Test
    void theFirstStartBuildsAndTheNextOneDoesNot() throws Exception {
        Run first = run(Map.of(), "inspect", "a file", "--json");
        assertThat(first.exitCode()).as(first.errors()).isZero();
        assertThat(first.output())
                .contains("/server/* io.replsqlite.server.cli.Main inspect a file --json")
                .hasLineCount(1);
        assertThat(first.errors()).startsWith("building replsqlite (first time").contains("built replsqlite in");

        Run second = run(Map.of(), "demo");
        assertThat(second.output()).contains("/harness/* io.replsqlite.harness.Main demo");
        assertThat(second.errors()).isEmpty();
        assertThat(builds).hasContent("build");
    }

    @Test
    void whatChangedOrIsGoneIsBuiltAgain() throws Exception {
        run(Map.of(), "status");
        Path added = Files.writeString(tree.resolve("replica-server/src/main/java/B.java"), "class B {}");
        run(Map.of(), "status");
        Files.delete(added);
        run(Map.of(), "status");
        Files.writeString(tree.resolve("pom.xml"), Files.readString(tree.resolve("pom.xml")) + "\n");
        run(Map.of(), "status");
        assertThat(Files.readAllLines(builds)).hasSize(4);
    }

    @Test
    void aBuildLeavesTheJarsOfTheOneBeforeInPlace() throws Exception {
        String before = run(Map.of(), "status").output();
        Files.writeString(tree.resolve("replica-server/pom.xml"), "<project></project>");
        String after = run(Map.of(), "status").output();
        assertThat(after).isNotEqualTo(before);
        Path oldJars = Path.of(before.substring(before.indexOf("-cp ") + 4, before.indexOf("/*")));
        assertThat(oldJars.resolve("replica-server-1.0.jar")).exists();
        assertThat(oldJars.resolve("library.jar")).exists();
    }

    @Test
    void aFailedBuildShowsTheErrorsAndTheLogAndIsTriedAgain() throws Exception {
        Run run = run(Map.of("BREAK", "yes"), "status");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.output()).isEmpty();
        assertThat(run.errors())
                .contains(
                        "[ERROR] A.java:[1,1] no such thing",
                        "B.java:[2,2] unused",
                        "error: the build failed",
                        "target/build.log")
                .doesNotContain("Help 1");
        assertThat(run(Map.of(), "status").exitCode()).isZero();
        assertThat(Files.readAllLines(builds)).hasSize(2);
    }

    @Test
    void twoStartsAtOnceBuildOnce() throws Exception {
        List<Process> starts = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            starts.add(start(Map.of(), tree.resolve("replsqlite"), "status"));
        }
        for (Process process : starts) {
            assertThat(finish(process).exitCode()).isZero();
        }
        assertThat(builds).hasContent("build");
        assertThat(tree.resolve("target/build.lock")).doesNotExist();
    }

    @Test
    void aLockWhoseOwnerIsGoneIsTakenOver() throws Exception {
        Process gone = new ProcessBuilder("true").start();
        gone.waitFor();
        Path lock = Files.createDirectories(tree.resolve("target/build.lock"));
        Files.writeString(lock.resolve("pid"), Long.toString(gone.pid()));
        assertThat(run(Map.of(), "status").exitCode()).isZero();
        assertThat(lock).doesNotExist();
    }

    @Test
    void itFindsItsTreeThroughSymbolicLinks() throws Exception {
        Path first = Files.createSymbolicLink(directory.resolve("first"), Path.of("a tree/replsqlite"));
        Path second = Files.createSymbolicLink(directory.resolve("second"), first);
        Run run = finish(start(Map.of(), second, "status"));
        assertThat(run.exitCode()).as(run.errors()).isZero();
        assertThat(run.output()).contains("a tree/target/run/");
    }

    @Test
    void anOldJavaIsRefusedBeforeTheBuild() throws Exception {
        Run run = run(Map.of("JAVA_VERSION", "11"), "status");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.errors())
                .contains("error: cannot build", "why:   Java 11 is too old", "do:    install a JDK 17");
        assertThat(builds).doesNotExist();
    }

    private Run run(Map<String, String> environment, String... arguments) throws Exception {
        return finish(start(environment, tree.resolve("replsqlite"), arguments));
    }

    private Process start(Map<String, String> environment, Path script, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("bash", script.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        Map<String, String> variables = builder.environment();
        variables.keySet().removeAll(List.of("JAVA_HOME", "REPLSQLITE_JAVA_OPTS", "REPLSQLITE_NO_BUILD"));
        variables.put("PATH", directory.resolve("bin") + ":" + variables.get("PATH"));
        variables.put("BUILDS", builds.toString());
        variables.putAll(environment);
        return builder.start();
    }

    private static Run finish(Process process) throws Exception {
        String output = new String(process.getInputStream().readAllBytes());
        String errors = new String(process.getErrorStream().readAllBytes());
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return new Run(process.exitValue(), output, errors);
    }

    private void executable(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
