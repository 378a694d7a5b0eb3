package io.replsqlite.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.FailurePoint;
import io.replsqlite.server.ManualClock;
import io.replsqlite.status.Role;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeaseHistoryTest {
    private static final Epoch EPOCH = new Epoch(3);

    @TempDir
    Path directory;

    private LeaseHistory open() throws Exception {
        return new LeaseHistory(directory.resolve("history"), new ManualClock());
    }

    @Test
    void whatWasWrittenIsThereAgainAlsoWithoutAnOrderlyEnd() throws Exception {
        LeaseHistory killed = open();
        killed.changed(Role.ACQUIRING, Role.LEADING, EPOCH, "every database is open");
        killed.tenure(LeaseEvent.Kind.LED, EPOCH, "a", "it has the most", List.of("b", "c"));
        try (LeaseHistory again = open()) {
            assertThat(again.events()).isEqualTo(killed.events()).hasSize(2);
            assertThat(again.events().get(1).unheard()).containsExactly("b", "c");
        }
    }

    @Test
    void aTornLineIsLeftOutAndTheNextOneStandsOnItsOwn() throws Exception {
        try (LeaseHistory history = open()) {
            history.changed(Role.NONE, Role.FOLLOWER, EPOCH, "node a holds the lease");
        }
        Files.writeString(directory.resolve("history"), "{\"atMillis\":1,\"ki", StandardOpenOption.APPEND);
        try (LeaseHistory history = open()) {
            history.changed(Role.FOLLOWER, Role.NONE, EPOCH, "the node stops");
        }
        try (LeaseHistory history = open()) {
            assertThat(history.events()).extracting(LeaseEvent::node).containsExactly("none-follower", "follower-none");
        }
    }

    @Test
    void aLineThatADiskTookHalfOfDoesNotTakeTheNextOneWithIt() throws Exception {
        try (LeaseHistory history = open()) {
            history.changed(Role.NONE, Role.FOLLOWER, EPOCH, "node a holds the lease");
            FailurePoint.arm("HISTORY_PARTIAL=full");
            history.changed(Role.FOLLOWER, Role.ACQUIRING, EPOCH, "the lease was granted to this node");
            FailurePoint.arm("");
            history.changed(Role.ACQUIRING, Role.NONE, EPOCH, "another node has more");
        } finally {
            FailurePoint.arm("");
        }
        try (LeaseHistory again = open()) {
            assertThat(again.events()).extracting(LeaseEvent::node).containsExactly("none-follower", "acquiring-none");
        }
    }

    @Test
    void ofALongLifeTheNewestAreKeptAndTheFileStaysSmall() throws Exception {
        try (LeaseHistory history = open()) {
            for (int i = 0; i < 5_000; i++) {
                history.tenure(LeaseEvent.Kind.SEEN, new Epoch(i), "a", "", List.of());
            }
            assertThat(history.events()).hasSize(1_000);
            assertThat(history.events().get(999).epoch()).isEqualTo(new Epoch(4_999));
            try (var lines = Files.lines(directory.resolve("history"))) {
                assertThat(lines.count()).isLessThanOrEqualTo(2_000);
            }
        }
        try (LeaseHistory again = open()) {
            assertThat(again.events()).hasSize(1_000);
        }
    }
}
