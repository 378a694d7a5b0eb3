package io.replsqlite.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.base.EpochHistory.Standing;
import java.util.List;
import org.junit.jupiter.api.Test;

class EpochHistoryTest {
    /** Epoch 2 wrote 1 to 49, epoch 3 from 50 on up to 99, epoch 7 from 100 on; 4 to 6 left no trace. */
    private final EpochHistory history = new EpochHistory(List.of(start(2, 1), start(3, 50), start(7, 100)));

    private static EpochHistory.Start start(long epoch, long first) {
        return new EpochHistory.Start(new Epoch(epoch), new Txid(first));
    }

    private Standing of(long epoch, long txid) {
        return history.of(new Epoch(epoch), new Txid(txid));
    }

    @Test
    void holdsWhatTheNextEpochBeganWith() {
        assertThat(of(2, 49)).isEqualTo(Standing.HELD);
        assertThat(of(3, 99)).isEqualTo(Standing.HELD);
        assertThat(of(3, 10)).as("seen in epoch 3 before its first commit").isEqualTo(Standing.HELD);
        assertThat(of(7, 5000)).isEqualTo(Standing.HELD);
    }

    @Test
    void hasLostWhatTheNextEpochBeganWithout() {
        assertThat(of(2, 50)).isEqualTo(Standing.LOST);
        assertThat(of(3, 100)).isEqualTo(Standing.LOST);
    }

    @Test
    void hasLostAnEpochThatLeftNoTrace() {
        assertThat(of(5, 99)).isEqualTo(Standing.LOST);
        assertThat(of(5, 120)).isEqualTo(Standing.LOST);
    }

    @Test
    void takesEpochsBeforeTheOldestKnownOneForForgotten() {
        EpochHistory recent = new EpochHistory(List.of(start(7, 100)));
        assertThat(recent.of(new Epoch(3), new Txid(99))).isEqualTo(Standing.HELD);
        assertThat(recent.of(new Epoch(3), new Txid(100))).isEqualTo(Standing.LOST);
    }

    @Test
    void saysNothingOfEpochsThatItHasNotHeardOf() {
        assertThat(of(8, 1)).isEqualTo(Standing.UNKNOWN);
        assertThat(new EpochHistory(List.of()).of(new Epoch(1), new Txid(1))).isEqualTo(Standing.UNKNOWN);
        assertThat(history.reaches(7)).isTrue();
        assertThat(history.reaches(8)).isFalse();
    }

    @Test
    void refusesEpochsOutOfOrder() {
        assertThatThrownBy(() -> new EpochHistory(List.of(start(3, 1), start(3, 2))))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
