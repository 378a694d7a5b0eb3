package io.replsqlite.server.backup.upload;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.base.PositionGate;
import io.replsqlite.base.StateChecksum;
import io.replsqlite.base.Txid;
import io.replsqlite.server.config.LagLimit;
import org.junit.jupiter.api.Test;

class BackupProgressTest {
    private static final LagLimit FIVE = new LagLimit(5, null);

    private final PositionGate head = new PositionGate(new Txid(1000));
    private final BackupProgress progress = new BackupProgress("file:///a", head, MonotonicClock.SYSTEM);

    @Test
    void aStoreThatIsBeingOpenedIsNotBehindByTheWholeHistory() {
        assertThat(progress.beyond(FIVE)).isNull();
        progress.found(1, Position.START);
        head.advance(1005);
        assertThat(progress.beyond(FIVE)).isNull();
        head.advance(1006);
        assertThat(progress.beyond(FIVE)).contains("6 commits behind");
    }

    @Test
    void whatAKnownStoreLacksCountsFromTheStart() {
        progress.found(1, new Position(new Epoch(1), new Txid(990), StateChecksum.EMPTY));
        assertThat(progress.beyond(FIVE)).contains("10 commits behind");
        progress.uploaded(new Position(new Epoch(1), new Txid(996), StateChecksum.EMPTY), 0);
        assertThat(progress.beyond(FIVE)).isNull();
    }
}
