package io.replsqlite.server.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.Txid;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CommonHistoryTest {
    /** Pairs of epoch and first txid. */
    private static List<Tenure> tenures(long... pairs) {
        List<Tenure> tenures = new ArrayList<>();
        for (int i = 0; i < pairs.length; i += 2) {
            tenures.add(new Tenure(new Epoch(pairs[i]), new Txid(pairs[i + 1]), "n", null));
        }
        return tenures;
    }

    private static Optional<CommonHistory> common(
            List<Tenure> ours, long ourHead, List<Tenure> theirs, long theirHead) {
        Optional<CommonHistory> found = CommonHistory.of(ours, new Txid(ourHead), theirs, new Txid(theirHead));
        assertThat(CommonHistory.of(theirs, new Txid(theirHead), ours, new Txid(ourHead)))
                .as("from the other side")
                .isEqualTo(found);
        return found;
    }

    private static Optional<CommonHistory> at(long epoch, long txid) {
        return Optional.of(new CommonHistory(new Epoch(epoch), new Txid(txid)));
    }

    @Test
    void aLogThatIsOnlyBehindIsCommonUpToItsHead() {
        assertThat(common(tenures(1, 2), 50, tenures(1, 2), 80)).isEqualTo(at(1, 50));
    }

    @Test
    void anOldPrimarysOwnCommitsEndWhereTheNextEpochBegan() {
        assertThat(common(tenures(1, 2, 2, 51), 90, tenures(1, 2), 60)).isEqualTo(at(1, 50));
    }

    @Test
    void twoNodesThatLedOnTheirOwnMeetBeforeBoth() {
        assertThat(common(tenures(1, 2, 2, 51), 90, tenures(1, 2, 3, 41), 99)).isEqualTo(at(1, 40));
    }

    @Test
    void anEpochWithoutCommitsTakesNothingAway() {
        assertThat(common(tenures(1, 2, 2, 51), 50, tenures(1, 2, 3, 51), 70)).isEqualTo(at(1, 50));
    }

    @Test
    void withoutACommonEpochThereIsWhatWasAdopted() {
        assertThat(common(tenures(2, 2), 50, tenures(3, 2), 50)).isEqualTo(at(0, 1));
    }

    @Test
    void anEpochThatBeganAtTwoPlacesIsAContradiction() {
        assertThat(common(tenures(1, 2, 2, 51), 90, tenures(1, 2, 2, 61), 90)).isEmpty();
    }
}
