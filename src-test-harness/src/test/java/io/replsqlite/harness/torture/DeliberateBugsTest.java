package io.replsqlite.harness.torture;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.replsqlite.base.DeliberateBug;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A torture of nodes and clients that make a mistake on purpose must end with a violation. {@code -Dbugs=all} tries every
 * mistake; otherwise one that is found soon. A log that is not synced is found by {@code PowerLossTest}.
 */
@EnabledOnOs(OS.LINUX)
class DeliberateBugsTest {
    private static final boolean ALL = System.getProperty("bugs", "").equals("all");
    private static final int VIOLATED = 3;

    /** @param faults under which it shows */
    private record Case(DeliberateBug bug, String durability, String faults) {}

    private static final List<Case> CASES = List.of(
            new Case(DeliberateBug.REQUEST_IDS_FORGOTTEN, "local", "cut"),
            new Case(DeliberateBug.SESSION_IGNORED, "local", "stutter,kill-follower"),
            new Case(DeliberateBug.BOUND_IGNORED, "local", "isolate,partition"),
            new Case(DeliberateBug.QUORUM_NOT_AWAITED, "quorum", "minority,kill"),
            new Case(DeliberateBug.UNCOMMITTED_SHOWN, "quorum", "minority,partition"),
            new Case(DeliberateBug.LEASE_DEADLINE_IGNORED, "local", "minority,pause"),
            new Case(DeliberateBug.EPOCHS_IGNORED, "quorum", "minority,pause,one-way"),
            new Case(DeliberateBug.LOCK_RELEASED_BY_ROLLBACK, "local", "kill,handoff"),
            new Case(DeliberateBug.CHECKPOINT_BEFORE_CAPTURE, "local", "kill,kill-all"),
            new Case(DeliberateBug.TAIL_NOT_RESCUED, "local", "minority,partition"));

    @TempDir
    Path directory;

    static Stream<Case> tried() {
        return ALL ? CASES.stream() : CASES.stream().limit(1);
    }

    @ParameterizedTest
    @MethodSource("tried")
    @Timeout(600)
    void isCaught(Case tried) throws Exception {
        Path log = directory.resolve("torture.log");
        Process torture = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.replsqlite.harness.Main",
                        "torture",
                        "--minutes",
                        "4",
                        "--seed",
                        "1",
                        "--durability",
                        tried.durability(),
                        "--faults",
                        tried.faults(),
                        "--bug",
                        tried.bug().name(),
                        "--report",
                        directory.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        int code;
        try {
            code = torture.waitFor();
        } finally {
            torture.destroy();
        }
        assertThat(code).as("%s", Files.readString(log)).isEqualTo(VIOLATED);
        List<String> violations = violations();
        System.out.println(tried.bug() + ": " + violations);
        assertThat(violations).as("by a check").anyMatch(text -> text.matches("(?s)round \\d+ \\[.*"));
    }

    private List<String> violations() throws Exception {
        JsonNode report =
                new ObjectMapper().readTree(directory.resolve("torture.json").toFile());
        return StreamSupport.stream(report.path("violations").spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    @Test
    void everyBugIsTriedSomewhere() {
        assertThat(CASES.stream().map(Case::bug))
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(DeliberateBug.values())
                        .filter(bug -> bug != DeliberateBug.LOG_NOT_SYNCED)
                        .toList());
    }
}
