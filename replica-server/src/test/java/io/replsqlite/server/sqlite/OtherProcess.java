package io.replsqlite.server.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/** A second process, python3 with its own SQLite, that looks at or interferes with our files. */
public final class OtherProcess implements AutoCloseable {
    private static final String LOCK_PROBE = """
            import fcntl, struct, sys
            name, first, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
            with open(name, 'r+b') as f:
                for byte in range(first, first + count):
                    asked = struct.pack('hhqqi4x', fcntl.F_WRLCK, 0, byte, 1, 0)
                    kind, _, _, _, pid = struct.unpack('hhqqi4x', fcntl.fcntl(f, fcntl.F_GETLK, asked))
                    if kind != fcntl.F_UNLCK:
                        print(byte, pid)
            """;

    private final Process process;
    private final BufferedReader output;

    private OtherProcess(Process process) {
        this.process = process;
        output = process.inputReader(StandardCharsets.UTF_8);
    }

    public static OtherProcess python(String script, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("python3", "-c", script));
        command.addAll(List.of(arguments));
        try {
            return new OtherProcess(
                    new ProcessBuilder(command).redirectErrorStream(true).start());
        } catch (IOException e) {
            assumeTrue(false, "python3 is needed to look from another process: " + e.getMessage());
            throw e;
        }
    }

    /** The bytes of this range on which this JVM holds a lock, as another process sees it. */
    public static Set<Integer> bytesLockedByUs(Path file, int first, int count) throws Exception {
        String ourPid = Long.toString(ProcessHandle.current().pid());
        Set<Integer> bytes = new TreeSet<>();
        try (OtherProcess probe =
                python(LOCK_PROBE, file.toString(), Integer.toString(first), Integer.toString(count))) {
            for (String line : probe.finish()) {
                String[] byteAndPid = line.split(" ", 2);
                if (byteAndPid[1].equals(ourPid)) {
                    bytes.add(Integer.parseInt(byteAndPid[0]));
                }
            }
        }
        return bytes;
    }

    public String readLine() throws IOException {
        String line = output.readLine();
        assertThat(line).as("output of the other process").isNotNull();
        return line;
    }

    public void writeLine(String line) throws IOException {
        process.outputWriter(StandardCharsets.UTF_8).append(line).append('\n').flush();
    }

    /** The rest of the output, after a successful end. */
    public List<String> finish() throws Exception {
        List<String> lines = output.lines().toList();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(String.join("\n", lines)).isZero();
        return lines;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
