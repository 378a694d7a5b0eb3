package io.replsqlite.harness.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.DeliberateBug;
import io.replsqlite.harness.torture.BugTrial.Probed;
import io.replsqlite.harness.torture.BugTrial.Simulated;
import io.replsqlite.harness.torture.BugTrial.Tortured;
import io.replsqlite.harness.torture.BugTrial.Unpowered;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every mistake that is made on purpose must be found by some run. {@code -Dbugs=all} tries them all and writes {@code
 * target/deliberate-bugs.md}, {@code -Dbugs=NAME,NAME} some; otherwise one that is found soon.
 */
@EnabledOnOs(OS.LINUX)
class DeliberateBugsTest {
    private static final String CHOSEN = System.getProperty("bugs", "");

    private static final List<BugTrial> TRIALS = List.of(
            new Tortured(DeliberateBug.REQUEST_IDS_FORGOTTEN, "local", "cut"),
            new Tortured(DeliberateBug.SESSION_IGNORED, "local", "stutter,kill-follower"),
            new Tortured(DeliberateBug.BOUND_IGNORED, "local", "isolate,partition"),
            new Tortured(DeliberateBug.QUORUM_NOT_AWAITED, "quorum", "minority,kill"),
            new Tortured(DeliberateBug.UNCOMMITTED_SHOWN, "quorum", "minority"),
            new Tortured(DeliberateBug.LEASE_DEADLINE_IGNORED, "local", "minority"),
            new Tortured(DeliberateBug.CHECKPOINT_BEFORE_CAPTURE, "local", "kill,kill-all"),
            new Tortured(DeliberateBug.TAIL_NOT_RESCUED, "local", "minority"),
            new Simulated(DeliberateBug.EPOCHS_IGNORED),
            new Probed(
                    DeliberateBug.LOCK_RELEASED_BY_ROLLBACK,
                    "replica-server",
                    "io.replsqlite.server.apply.WriteLockProbe"),
            new Unpowered(DeliberateBug.LOG_NOT_SYNCED));

    private static final List<String> FOUND = new ArrayList<>();

    @TempDir
    Path directory;

    static Stream<BugTrial> tried() {
        if (CHOSEN.isEmpty()) {
            return TRIALS.stream().limit(1);
        }
        List<String> names = List.of(CHOSEN.split(",", -1));
        return TRIALS.stream()
                .filter(trial ->
                        CHOSEN.equals("all") || names.contains(trial.bug().name()));
    }

    @ParameterizedTest
    @MethodSource("tried")
    @Timeout(600)
    void isFound(BugTrial trial) throws Exception {
        long began = System.nanoTime();
        String check = trial.find(directory);
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began);
        FOUND.add("| `%s` | %s | %s | %d |".formatted(trial.bug(), trial.run(), check, seconds));
    }

    @AfterAll
    static void writeTable() throws IOException {
        String table =
                "| mistake | found by | told by | after s |\n|---|---|---|---|\n" + String.join("\n", FOUND) + "\n";
        Files.writeString(Path.of("target", "deliberate-bugs.md"), table);
        System.out.println(table);
    }

    @Test
    void everyMistakeHasItsRunAndItsRowInTheDocs() throws Exception {
        assertThat(TRIALS.stream().map(BugTrial::bug)).containsExactlyInAnyOrder(DeliberateBug.values());
        String page = Files.readString(Path.of("..", "docs", "testing.md"));
        for (DeliberateBug bug : DeliberateBug.values()) {
            assertThat(page).contains("| `" + bug + "` |");
        }
    }
}
