package io.replsqlite.harness.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.base.MonotonicClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryFileTest {
    @TempDir
    Path directory;

    private static History recorded() {
        Recorder recorder = new Recorder(MonotonicClock.SYSTEM);
        recorder.add(
                new Recorder.Caller(3, 7, 2, Level.LINEARIZABLE),
                List.of(Step.compareAndSet("r1", 4, 5, true)),
                recorder.nowNanos(),
                new Recorder.Told(Outcome.UNKNOWN, 2, 99, "no answer, \"none\"\nat all"));
        recorder.add(
                new Recorder.Caller(4, 8, 1, Level.WRITE),
                List.of(Step.append("list1", 11), Step.read("list1", List.of(10L, 11L)), Step.read("list2", List.of())),
                recorder.nowNanos(),
                new Recorder.Told(Outcome.OK, 0, 0, ""));
        return recorder.history();
    }

    @Test
    void whatWasWrittenIsRead() throws IOException {
        History history = recorded();
        Path file = directory.resolve("history.jsonl");
        HistoryFile.write(history, file);
        assertThat(HistoryFile.read(file)).isEqualTo(history);
        assertThat(Files.readAllLines(file)).hasSize(2);
        assertThat(Files.readString(file)).contains("[\"compare-and-set\",\"r1\",4,5,1]");
    }

    @Test
    void aLineThatIsNoneIsRefusedWithItsNumber() throws IOException {
        Path file = directory.resolve("history.jsonl");
        HistoryFile.write(recorded(), file);
        Files.writeString(file, Files.readString(file) + "{\"number\":3}\n");
        assertThatThrownBy(() -> HistoryFile.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("line 3");
    }

    @Test
    void operationsAreNumberedInTheOrderInWhichTheyEnd() {
        assertThat(recorded().operations()).extracting(Operation::number).containsExactly(1L, 2L);
    }
}
