package io.replsqlite.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.base.Durability;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DurabilitySettingsTest {
    private static NodeSettings settings(String... keysAndValues) {
        Map<String, String> given = new HashMap<>(Map.of("dir", "d", "name", "a"));
        for (int i = 0; i < keysAndValues.length; i += 2) {
            given.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return NodeSettings.of(given);
    }

    @Test
    void theDefaultIsThePrimarysOwnDisk() {
        DurabilitySettings defaults = settings().durability();
        assertThat(defaults.atLeast()).isEqualTo(Durability.LOCAL);
        assertThat(defaults.voters()).isEmpty();
        assertThat(defaults.commitTimeout()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void votersAndTheirMajority() {
        DurabilitySettings three = settings("voters", "a, b, c", "durability", "quorum", "commit-timeout", "300ms")
                .durability();
        assertThat(three.atLeast()).isEqualTo(Durability.QUORUM);
        assertThat(three.voters()).containsExactly("a", "b", "c");
        assertThat(three.majority()).isEqualTo(2);
        assertThat(three.commitTimeout()).isEqualTo(Duration.ofMillis(300));
        assertThat(settings("voters", "a,b").durability().majority()).isEqualTo(2);
        assertThat(settings("voters", "a,b,c,d").durability().majority()).isEqualTo(3);
    }

    @Test
    void aNodeThatDoesNotVoteMayShareTheSettingsOfThoseThatDo() {
        assertThat(settings("voters", "b,c,d", "durability", "quorum")
                        .durability()
                        .majority())
                .isEqualTo(2);
    }

    @Test
    void aVoterCountsOnce() {
        assertThatThrownBy(() -> settings("voters", "a,b,a"))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("voters names a node twice");
    }

    @Test
    void aMajorityOfNobodyIsRefused() {
        for (String durability : new String[] {"quorum", "all"}) {
            assertThatThrownBy(() -> settings("durability", durability))
                    .isInstanceOf(InvalidSettingException.class)
                    .hasMessageContaining("durability is " + durability)
                    .hasMessageContaining("voters is empty");
        }
    }

    @Test
    void aLoneVoterIsThisNodeOrNobody() {
        assertThat(settings("voters", "a", "durability", "quorum").durability().majority())
                .isEqualTo(1);
        assertThatThrownBy(() -> settings("voters", "b", "durability", "quorum"))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("the only voter is b");
    }

    @Test
    void votersThatKeepFaithForLessThanAThreadMayPauseAreRefused() {
        assertThatThrownBy(() -> settings("voter-timeout", "249ms"))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("voter-timeout is 249ms, less than 250ms");
        assertThat(settings("voter-timeout", "250ms").duration(NodeSetting.VOTER_TIMEOUT))
                .hasMillis(250);
    }

    @Test
    void levelsAreOrdered() {
        assertThat(Durability.QUORUM.or(Durability.LOCAL)).isEqualTo(Durability.QUORUM);
        assertThat(Durability.LOCAL.or(Durability.ALL)).isEqualTo(Durability.ALL);
        assertThat(Durability.LOCAL.isMoreThan(Durability.LOCAL)).isFalse();
        assertThat(Durability.QUORUM).hasToString("quorum");
    }
}
