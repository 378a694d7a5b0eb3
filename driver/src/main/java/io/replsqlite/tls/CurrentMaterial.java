package io.replsqlite.tls;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The PEM files as they are now; files that cannot be used, as in the middle of a replacement, leave what was. */
final class CurrentMaterial {
    private static final Logger LOG = System.getLogger(CurrentMaterial.class.getName());

    private final TlsFiles files;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile TlsMaterial material;

    @GuardedBy("lock")
    private List<Object> seen;

    CurrentMaterial(TlsFiles files) throws IOException {
        this.files = files;
        this.seen = looks(files);
        this.material = TlsMaterial.read(files);
    }

    /** What was current at the last look: for the later questions of a handshake that has begun. */
    TlsMaterial known() {
        return material;
    }

    /** Looks at the files first. Three calls of stat, small beside a handshake. */
    TlsMaterial current() {
        // Whoever finds another thread reading them goes on with what is known.
        if (lock.tryLock()) {
            try {
                readIfChanged();
            } finally {
                lock.unlock();
            }
        }
        return material;
    }

    @GuardedBy("lock")
    private void readIfChanged() {
        try {
            List<Object> now = looks(files);
            if (!now.equals(seen)) {
                seen = now;
                material = TlsMaterial.read(files);
                LOG.log(Level.INFO, "the TLS files have changed and are in force: {0}", files);
            }
        } catch (IOException unusable) {
            LOG.log(
                    Level.WARNING,
                    "the TLS files have changed and cannot be used, what was read before stays in force: {0}",
                    unusable.getMessage());
        }
    }

    private static List<Object> looks(TlsFiles files) throws IOException {
        List<Object> looks = new ArrayList<>();
        for (@Nullable Path file : new @Nullable Path[] {files.trust(), files.certificate(), files.key()}) {
            if (file != null) {
                looks.addAll(Files.readAttributes(file, "lastModifiedTime,size,fileKey")
                        .entrySet());
            }
        }
        return looks;
    }
}
