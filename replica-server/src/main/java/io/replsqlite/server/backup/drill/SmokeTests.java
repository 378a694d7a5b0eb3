package io.replsqlite.server.backup.drill;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.replsqlite.base.Deadline;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.server.backup.restore.DatabaseCheck;
import io.replsqlite.server.files.DurableFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What the user asks of a restored database, with the answers on record. */
final class SmokeTests {
    static final String RESTORED = "REPLSQLITE_RESTORED";

    private static final Duration ENDS_WITHIN = Duration.ofMinutes(10);
    private static final int SHOWN_CHARACTERS = 2000;

    private final Path restored;
    private final ObjectNode json;
    private final List<String> failures;
    private final MonotonicClock clock;

    SmokeTests(Path restored, ObjectNode json, List<String> failures, MonotonicClock clock) {
        this.clock = clock;
        this.restored = restored;
        this.json = json;
        this.failures = failures;
    }

    void ask(Connection connection, String sql) throws SQLException {
        String first = DatabaseCheck.firstValue(connection, sql, Deadline.after(ENDS_WITHIN, clock));
        boolean good = first != null && !first.isEmpty() && !first.equals("0");
        json.withArray("smokeTests")
                .addObject()
                .put("sql", sql)
                .put("answer", first)
                .put("passed", good);
        if (!good) {
            failures.add("the smoke test answered " + first + ": " + sql);
        }
    }

    /** It may write to the file: nobody needs that any more. */
    void run(String command) throws IOException, InterruptedException {
        Path output = restored.resolveSibling("command-output");
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .directory(DurableFiles.parentOf(restored).toFile());
        builder.environment().put(RESTORED, restored.toString());
        Process process = builder.start();
        boolean ended = process.waitFor(ENDS_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        if (!ended) {
            Process ignored = process.destroyForcibly();
        }
        boolean good = ended && process.exitValue() == 0;
        json.withArray("commands")
                .addObject()
                .put("command", command)
                .put("exitCode", ended ? process.exitValue() : null)
                .put("output", shown(output))
                .put("passed", good);
        if (!good) {
            failures.add(
                    "the command " + (ended ? "ended with " + process.exitValue() : "did not end") + ": " + command);
        }
    }

    private static String shown(Path output) throws IOException {
        String text = new String(Files.readAllBytes(output), StandardCharsets.UTF_8);
        return text.length() <= SHOWN_CHARACTERS ? text : text.substring(text.length() - SHOWN_CHARACTERS);
    }
}
