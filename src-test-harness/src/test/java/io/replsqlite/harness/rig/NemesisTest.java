package io.replsqlite.harness.rig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class NemesisTest {
    @Test
    void everyFaultIsFoundByItsWord() {
        for (Nemesis nemesis : Nemesis.values()) {
            assertThat(Nemesis.parse(nemesis.word())).containsExactly(nemesis);
        }
        assertThat(Nemesis.parse("kill-follower, clock-jump"))
                .isEqualTo(List.of(Nemesis.KILL_FOLLOWER, Nemesis.CLOCK_JUMP));
        assertThat(Nemesis.parse("")).containsExactly(Nemesis.values());
        assertThatThrownBy(() -> Nemesis.parse("kil")).hasMessageContaining("'kil'");
    }

    @Test
    void everyFaultHasADescriptionOfItsOwnAndIsInTheDocs() throws Exception {
        assertThat(Arrays.stream(Nemesis.values()).map(Nemesis::description)).doesNotHaveDuplicates();
        String page = Files.readString(Path.of("..", "docs", "testing.md"));
        for (Nemesis nemesis : Nemesis.values()) {
            assertThat(page).contains("`" + nemesis.word() + "`");
        }
    }
}
