package io.replsqlite.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;

class WrittenHereTest {
    private final WrittenHere written = WrittenHere.of(UUID.randomUUID());

    private boolean isShownBy(long epoch, long txid) {
        return written.newest().isShownBy(epoch, txid);
    }

    @Test
    void anythingShowsNothing() {
        assertThat(isShownBy(0, 0)).isTrue();
    }

    @Test
    void keepsTheNewestWhateverTheOrder() {
        written.wrote(2, 10);
        written.wrote(2, 9);
        written.wrote(1, 50);
        assertThat(isShownBy(2, 9)).isFalse();
        assertThat(isShownBy(1, 60)).isFalse();
        assertThat(isShownBy(2, 10)).isTrue();
    }

    @Test
    void aLaterEpochShowsWhatSurvivedOfTheEarlierOnes() {
        written.wrote(2, 10);
        assertThat(isShownBy(3, 8)).isTrue();
    }

    @Test
    void databasesHaveNothingInCommon() {
        UUID database = UUID.randomUUID();
        WrittenHere.of(database).wrote(1, 1);
        assertThat(isShownBy(0, 0)).isTrue();
        assertThat(WrittenHere.of(database).newest().txid()).isEqualTo(1);
    }
}
