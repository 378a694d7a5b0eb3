package io.replsqlite.status;

import io.replsqlite.base.Hex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Which boot of the host this is: monotonic readings compare only within one. */
final class BootId {
    private static final Path LINUX = Path.of("/proc/sys/kernel/random/boot_id");

    static final long CURRENT = read();

    private BootId() {}

    private static long read() {
        try {
            return Hex.parse(Files.readString(LINUX).replace("-", "").substring(0, 16));
        } catch (IOException e) {
            // Other systems have no such file; 0 in the page says that the check does not apply.
            return 0;
        }
    }
}
