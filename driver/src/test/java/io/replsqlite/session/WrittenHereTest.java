package io.replsqlite.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class WrittenHereTest {
    private static final Path FILE = Path.of("replica.db");

    private final UUID database = UUID.randomUUID();
    private final WrittenHere written = WrittenHere.of(FILE, database);

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
    void anotherFileAndAnotherDatabaseHaveNothingInCommon() {
        WrittenHere.of(FILE, UUID.randomUUID()).wrote(1, 1);
        WrittenHere.of(Path.of("other.db"), database).wrote(1, 1);
        assertThat(isShownBy(0, 0)).isTrue();
        WrittenHere.of(FILE.toAbsolutePath(), database).wrote(1, 1);
        assertThat(isShownBy(0, 0)).isFalse();
    }
}
