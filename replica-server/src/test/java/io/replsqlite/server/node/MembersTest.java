package io.replsqlite.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.base.FailurePoint;
import io.replsqlite.lease.Member;
import io.replsqlite.server.ManualClock;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MembersTest {
    private static final Member TOLD = new Member("b", URI.create("http://host:1"), true);

    @TempDir
    Path directory;

    private Members members() throws Exception {
        return new Members(directory.resolve("members.json"), "a", new ManualClock());
    }

    @Test
    void aMemberIsWhereItHasCalledFromWhateverTheProviderStillSays() throws Exception {
        Members members = members();
        members.update(List.of(TOLD));
        members.heard("b", URI.create("http://host:2"));
        members.update(List.of(TOLD));
        Member moved = new Member("b", URI.create("http://host:2"), true);
        assertThat(members.others()).containsExactly(moved);
        assertThat(members.byName("b")).contains(moved);
        assertThat(members().others()).as("what the provider said is kept").containsExactly(TOLD);
    }

    @Test
    void whatADiskHadNoRoomForIsStoredOnceThereIsRoom() throws Exception {
        Members members = members();
        FailurePoint.arm("MEMBERS_STORING=full");
        try {
            assertThatThrownBy(() -> members.update(List.of(TOLD))).hasMessageContaining("No space left");
        } finally {
            FailurePoint.arm("");
        }
        assertThat(members.others()).containsExactly(TOLD);
        assertThat(members().others()).as("on disk").isEmpty();
        members.update(List.of(TOLD));
        assertThat(members().others()).as("on disk").containsExactly(TOLD);
    }

    @Test
    void whoIsNoMemberOrTellsNoHostChangesNothing() throws Exception {
        Members members = members();
        members.update(List.of(TOLD));
        members.heard("c", URI.create("http://host:3"));
        members.heard("b", URI.create("none"));
        assertThat(members.others()).containsExactly(TOLD);
    }
}
