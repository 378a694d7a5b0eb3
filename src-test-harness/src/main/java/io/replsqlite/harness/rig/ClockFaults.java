package io.replsqlite.harness.rig;

import io.replsqlite.harness.rig.Nemesis.Injected;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A wall clock that is set while its node runs, by libfaketime (Debian package {@code libfaketime}), which stands between
 * the JVM and libc. The monotonic clock goes on: no administrator sets that.
 */
final class ClockFaults {
    static final Path LIBRARY = Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1");

    /** Relative to the true time, as libfaketime writes it. */
    private static final List<String> JUMPS = List.of("-7200", "+86400", "-40", "+15", "+0");

    private static final int JUMPS_PER_FAULT = 3;

    /** Longer than a process may go by the offset that it has read: it counts whole seconds, and more than one. */
    private static final int BETWEEN_JUMPS_MILLIS = 2_200;

    private ClockFaults() {}

    static Injected jump(Rig rig, Random random) throws IOException, InterruptedException {
        if (!Files.exists(LIBRARY)) {
            throw new IOException("there is no " + LIBRARY + "; src-test-harness/install-fault-packages installs it");
        }
        int node = rig.pickUnarmed(random);
        Path offset = Files.createTempFile("replsqlite-clock-", ".offset");
        setTo(offset, "+0");
        try {
            rig.arm(node, shim(offset));
        } catch (IOException late) {
            Files.delete(offset);
            throw late;
        }
        List<String> jumps = new ArrayList<>();
        for (int i = 0; i < JUMPS_PER_FAULT; i++) {
            String jump = NodeFaults.pick(random, JUMPS);
            setTo(offset, jump);
            jumps.add(jump + " s");
            NodeFaults.waitMillis(BETWEEN_JUMPS_MILLIS);
        }
        return new Injected("node" + node + ": " + String.join(", ", jumps), () -> {
            rig.disarm(node);
            Files.delete(offset);
        });
    }

    /** The environment of a process whose wall clock is the true one and what the file says, read again after a second. */
    static Map<String, String> shim(Path offset) {
        return Map.of(
                "LD_PRELOAD",
                LIBRARY.toString(),
                "FAKETIME_TIMESTAMP_FILE",
                offset.toString(),
                "FAKETIME_CACHE_DURATION",
                "1",
                "FAKETIME_DONT_FAKE_MONOTONIC",
                "1");
    }

    /** In one step: a process may read it at any time. */
    static void setTo(Path offset, String seconds) throws IOException {
        Path next = offset.resolveSibling(offset.getFileName() + ".next");
        Files.writeString(next, seconds + "\n");
        Files.move(next, offset, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
