package io.replsqlite.harness.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.replsqlite.harness.pages.Pages;
import io.replsqlite.harness.pages.ShellWords;
import io.replsqlite.server.cli.Main;
import io.replsqlite.server.config.NodeSetting;
import io.replsqlite.server.config.NodeSettings;
import io.replsqlite.server.files.OwnerOnlyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/**
 * What can be checked of the files for Docker and systemd without either: that they agree with the program, with the
 * archive and with each other. What runs inside is run by the archive's own test.
 */
class ContainerFilesTest {
    private static final String INSTALLED = "/opt/replsqlite/";

    private final Path sources = Pages.root().resolve("replica-server/dist/src");

    @TempDir
    private Path directory;

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        assertThat(value).isInstanceOf(Map.class);
        return (Map<String, Object>) value;
    }

    private Map<String, Object> compose() throws IOException {
        return new Yaml().load(Files.readString(sources.resolve("docker/compose.yaml")));
    }

    @Test
    void theNodesOfTheComposeFileHaveSettingsThatANodeTakes() throws IOException {
        Map<String, Object> services = map(compose().get("services"));
        Set<Object> names = new HashSet<>();
        Path token = directory.resolve("token");
        OwnerOnlyFile.create(token, "0123456789abcdef0123456789abcdef");
        for (String node : List.of("node1", "node2", "node3")) {
            Map<String, Object> service = map(services.get(node));
            Map<String, String> given = new HashMap<>(Map.of("dir", "/var/lib/replsqlite"));
            map(service.get("environment")).forEach((variable, value) -> given.put(key(variable), value.toString()));
            assertThat(given.replace("token-file", token.toString())).isEqualTo("/run/replsqlite/token");
            assertThatCode(() -> NodeSettings.of(given)).as(node).doesNotThrowAnyException();
            assertThat(service.get("hostname")).isEqualTo(node);
            assertThat(given.get("advertise-url")).isEqualTo("http://" + node + ":7331");
            names.add(given.get("name"));
            assertThat(map(service.get("depends_on")).keySet()).isSubsetOf(services.keySet());
        }
        assertThat(names).hasSize(3);
    }

    private static String key(String variable) {
        return Stream.of(NodeSetting.values())
                .filter(setting -> setting.environmentVariable().equals(variable))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no setting is called " + variable))
                .key();
    }

    @Test
    void everyVolumeOfTheComposeFileIsDeclaredAndUsed() throws IOException {
        Set<String> used = new HashSet<>();
        map(compose().get("services")).values().forEach(service -> {
            for (Object volume : (List<?>) map(service).getOrDefault("volumes", List.of())) {
                used.add(volume.toString().split(":")[0]);
            }
        });
        assertThat(used).isEqualTo(map(compose().get("volumes")).keySet());
    }

    /** The image is built in the directory of the unpacked archive. */
    @Test
    void theDockerfileCopiesWhatTheArchiveHasAndRunsWhatItCopied() throws IOException {
        List<String> lines = Files.readAllLines(sources.resolve("docker/Dockerfile"));
        String archive = Files.readString(sources.resolve("archive.xml"));
        List<String> copied = new ArrayList<>();
        for (String line : lines) {
            if (line.startsWith("COPY ")) {
                String source = line.split(" ")[1];
                copied.add(INSTALLED + source);
                boolean isThere = archive.contains("<outputDirectory>" + source.split("/")[0] + "</outputDirectory>")
                        || archive.contains("../../" + source + "</source>");
                assertThat(isThere).as(line).isTrue();
            }
        }
        assertThat(copied).contains(INSTALLED + "bin", INSTALLED + "lib");
        assertThat(sources.resolve("docker/cluster")).isExecutable();
        assertThat(sources.resolve("bin/replsqlite")).isExecutable();
        assertThat(argumentsAfter(lines, "ENTRYPOINT ")).containsExactly(INSTALLED + "bin/replsqlite");
        assertTaken(argumentsAfter(lines, "CMD "));
        List<String> health = argumentsAfter(lines, "  CMD ");
        assertThat(health.get(0)).isEqualTo(INSTALLED + "bin/replsqlite");
        assertTaken(health.subList(1, health.size()));
    }

    private static List<String> argumentsAfter(List<String> lines, String instruction) {
        String json = lines.stream()
                .filter(line -> line.startsWith(instruction))
                .findFirst()
                .orElseThrow()
                .substring(instruction.length());
        List<String> arguments = new Yaml().load(json);
        return arguments;
    }

    private static void assertTaken(List<String> arguments) {
        assertThatCode(() -> Main.commandLine().parseArgs(arguments.toArray(String[]::new)))
                .as(String.join(" ", arguments))
                .doesNotThrowAnyException();
    }

    @Test
    void whatTheCommentsAndTheUnitSayIsTaken() throws IOException {
        List<List<String>> commands = new ArrayList<>();
        for (String file : List.of("docker/compose.yaml", "systemd/replsqlite@.service")) {
            for (String line : Files.readAllLines(sources.resolve(file))) {
                int start = line.indexOf(INSTALLED + "bin/replsqlite ");
                if (start >= 0) {
                    commands.addAll(ShellWords.of(line.substring(start)));
                }
            }
        }
        assertThat(commands).hasSize(2);
        commands.forEach(command -> assertTaken(command.subList(1, command.size())));
    }

    @Test
    void systemdFindsNothingWrongWithTheUnit() throws Exception {
        Optional<Path> analyzer = Stream.of(System.getenv("PATH").split(":"))
                .map(place -> Path.of(place).resolve("systemd-analyze"))
                .filter(Files::isExecutable)
                .findFirst();
        assumeThat(analyzer).as("there is a systemd-analyze here").isPresent();
        String unit = Files.readString(sources.resolve("systemd/replsqlite@.service"))
                .replace(INSTALLED + "bin/replsqlite", "/bin/true");
        Path copy = Files.writeString(directory.resolve("replsqlite@.service"), unit);
        Process process = new ProcessBuilder(analyzer.get().toString(), "verify", copy.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(output).doesNotContain("replsqlite@.service:");
    }
}
