package io.replsqlite.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.Position;
import io.replsqlite.server.store.DatabasePaths;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A voter whose log is damaged says nothing of what it has until it is level with a primary again. */
class LostLogTest extends NodesFixture {
    private static final String[] VOTERS = {"voters", "a,b,c"};

    private DatabasePaths paths() {
        return DatabasePaths.of(directory.resolve("b"), "app");
    }

    private ReplicaNode startB(String primaryUrl) throws Exception {
        return start("b", "voters", "a,b,c", "lease", "static:a@" + primaryUrl);
    }

    /** The header of its segment, which is the largest file there. */
    private static void damage(Path log) throws IOException {
        try (Stream<Path> files = Files.walk(log)) {
            Path segment = files.filter(Files::isRegularFile)
                    .max(Comparator.comparingLong(file -> file.toFile().length()))
                    .orElseThrow();
            try (FileChannel channel = FileChannel.open(segment, StandardOpenOption.WRITE)) {
                int ignored = channel.write(ByteBuffer.allocate(64), 0);
            }
        }
    }

    private boolean promises(ReplicaNode node, long epoch) throws Exception {
        return post(node, "/v1/election/promise", "{\"epoch\":" + epoch + ",\"candidate\":\"c\"}")
                .body()
                .contains("\"promised\":true");
    }

    @Test
    void aVoterThatLostItsLogDoesNotVoteBeforeItIsLevelAgain() throws Exception {
        ReplicaNode a = start("a", "voters", "a,b,c", "lease", "static");
        ReplicaNode b = startB(a.url().toString());
        awaitApplied(b, write(a, "create table t(x)"));
        stop("b");
        damage(paths().logDirectory());

        ReplicaNode alone = startB("http://127.0.0.1:1");
        await("the damaged log is set aside", () -> Files.exists(paths().lostLogMarker()));
        assertThat(promises(alone, 50)).isFalse();
        stop("b");
        assertThat(promises(startB("http://127.0.0.1:1"), 51))
                .as("after a restart")
                .isFalse();
        stop("b");

        stop("a"); // begins a later epoch than was asked for meanwhile
        ReplicaNode again = start("a", VOTERS[0], VOTERS[1], "lease", "static");
        ReplicaNode level = startB(again.url().toString());
        Position last = write(again, "insert into t values(1)");
        awaitApplied(level, last);
        await("it is level", () -> Files.notExists(paths().lostLogMarker()));
        assertThat(promises(level, 500)).isTrue();
    }
}
