package io.replsqlite.server.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeLockTest {
    private static final String TRY = """
            import fcntl, sys
            with open(sys.argv[1], 'r+b') as f:
                try:
                    fcntl.lockf(f, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    print('free')
                except OSError:
                    print('locked')
            """;

    @TempDir
    Path directory;

    @Test
    void oneNodeAtATimeAlsoAfterARefusedSecondOne() throws Exception {
        Path database = directory.resolve("app.db");
        Path file = directory.resolve("app.db-replsqlite/node.lock");
        try (NodeLock first = NodeLock.acquire(database)) {
            assertThatThrownBy(() -> NodeLock.acquire(database)).hasMessageContaining("already served");
            assertThat(seenByOthers(file)).as("%s", first).isEqualTo("locked");
        }
        assertThat(seenByOthers(file)).isEqualTo("free");
        NodeLock.acquire(database).close();
    }

    private static String seenByOthers(Path file) throws Exception {
        try (OtherProcess other = OtherProcess.python(TRY, file.toString())) {
            return other.finish().get(0);
        }
    }
}
