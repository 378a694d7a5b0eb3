package io.replsqlite.server.log;

import static io.replsqlite.server.log.LogFixture.position;
import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.FailurePoint;
import io.replsqlite.base.Position;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A process dies at a failure point; what it had promised must be there when the log is opened again. */
class LogCrashTest {
    @TempDir
    Path parent;

    private static Stream<String> deaths() {
        return Stream.of(
                "LOG_APPEND_PARTIAL=halt@1",
                "LOG_APPEND_PARTIAL=halt@23",
                "LOG_APPEND_PARTIAL=halt@43",
                "LOG_APPENDED=halt@1",
                "LOG_APPENDED=halt@18",
                "LOG_SYNCED=halt@1",
                "LOG_SYNCED=halt@7",
                "LOG_SEGMENT_CREATED=halt@1",
                "LOG_SEGMENT_CREATED=halt@3",
                "LOG_SEGMENT_DURABLE=halt@1",
                "LOG_SEGMENT_DURABLE=halt@3",
                "LOG_SEGMENT_DELETING=halt@1",
                "LOG_SEGMENT_DELETING=halt@2",
                "METADATA_WRITTEN=halt@1",
                "METADATA_RENAMED=halt@1",
                "METADATA_WRITTEN=halt@2",
                "METADATA_RENAMED=halt@2",
                "METADATA_WRITTEN=halt@3",
                "METADATA_RENAMED=halt@3",
                "LOG_RESETTING=halt@1",
                "LOG_RESETTING=halt@2",
                "LOG_RESETTING=halt@3");
    }

    @ParameterizedTest
    @MethodSource("deaths")
    void keepsWhatWasPromisedAfterDyingAt(String death) throws Exception {
        List<String> promises = runVictim(death);
        long durable = lastNumber(promises, "durable ");
        boolean resetBegun = promises.stream().anyMatch(line -> line.startsWith("resetting "));
        try (ChangeLog log = LogFixture.open(parent.resolve("log"))) {
            Position head = log.durableHead();
            if (head.txid().value() == LogCrashVictim.RESET_TXID) {
                assertThat(resetBegun).isTrue();
                assertThat(log.base()).isEqualTo(head);
                assertThat(log.verify()).isZero();
                assertThat(parent.resolve("rescued")).isNotEmptyDirectory();
            } else {
                assertThat(head.txid().value()).isBetween(durable, durable + 3);
                assertThat(log.verify())
                        .isGreaterThanOrEqualTo(
                                head.txid().value() - log.base().txid().value());
                assertThat(parent.resolve("rescued")).doesNotExist();
            }
            long next = head.txid().value() + 1;
            LogFixture.append(log, Math.max(1, head.epoch().value()), next);
            assertThat(log.sync()).isEqualTo(position(Math.max(1, head.epoch().value()), next));
        }
    }

    private List<String> runVictim(String death) throws Exception {
        Process victim = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xshare:auto",
                        "-XX:TieredStopAtLevel=1",
                        "-D" + FailurePoint.PROPERTY + "=" + death,
                        "-cp",
                        System.getProperty("java.class.path"),
                        LogCrashVictim.class.getName(),
                        parent.resolve("log").toString())
                .redirectErrorStream(true)
                .start();
        try (InputStream output = victim.getInputStream()) {
            String text = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(victim.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(victim.exitValue()).as(text).isEqualTo(FailurePoint.HALT_EXIT_CODE);
            return text.lines().toList();
        }
    }

    private static long lastNumber(List<String> lines, String prefix) throws IOException {
        return lines.stream()
                .filter(line -> line.startsWith(prefix))
                .mapToLong(line -> Long.parseLong(line.substring(prefix.length())))
                .reduce(0, (first, second) -> second);
    }
}
