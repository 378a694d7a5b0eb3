package io.replsqlite.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.FailurePoint;
import io.replsqlite.server.files.CheckedFile;
import io.replsqlite.server.node.EpochPromises.Promise;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PromiseFileTest {
    private static final int PLACE = 4096;

    @TempDir
    Path directory;

    @AfterEach
    void disarm() {
        FailurePoint.arm("");
    }

    private Path path() {
        return directory.resolve("epoch");
    }

    private static Promise promise(long epoch, String node) {
        return new Promise(new Epoch(epoch), node);
    }

    private PromiseFile opened() throws IOException {
        PromiseFile file = new PromiseFile(path());
        Promise ignored = file.read();
        return file;
    }

    private Promise read() throws IOException {
        return new PromiseFile(path()).read();
    }

    private void damage(int place) throws IOException {
        try (FileChannel channel = FileChannel.open(path(), StandardOpenOption.WRITE)) {
            assertThat(channel.write(ByteBuffer.wrap(new byte[] {'x'}), (long) place * PLACE + 13))
                    .isEqualTo(1);
        }
    }

    /** Whose an epoch is may not be known when it is promised; of two epochs the later one counts all the same. */
    @Test
    void aLaterPromiseWithoutANameCountsBeforeAnEarlierOneWithOneInWhicheverPlace() throws IOException {
        PromiseFile file = opened();
        for (long epoch = 1; epoch <= 6; epoch += 2) {
            file.write(promise(epoch, "a"));
            file.copy();
            file.write(promise(epoch + 1, ""));
            assertThat(read()).isEqualTo(promise(epoch + 1, ""));
            if (epoch == 3) { // the next one goes to the other place
                file.copy();
                file.write(promise(epoch + 1, "b"));
            }
        }
        PromiseFile again = opened();
        again.copy();
        assertThat(read()).isEqualTo(promise(6, ""));
    }

    @Test
    void theLastPromiseIsFoundAgainHoweverManyThereWere() throws IOException {
        assertThat(read()).isEqualTo(Promise.NONE);
        PromiseFile file = opened();
        for (long epoch = 1; epoch <= 9; epoch++) {
            file.write(promise(epoch, "node-ü" + epoch));
            assertThat(read()).isEqualTo(promise(epoch, "node-ü" + epoch));
            if (epoch % 3 == 0) {
                file = opened();
            }
            if (epoch % 4 == 0) {
                file.copy();
            }
        }
    }

    @Test
    void aNameThatIsLearnedLaterCounts() throws IOException {
        PromiseFile file = opened();
        file.write(promise(7, ""));
        file.write(promise(7, "b"));
        assertThat(read()).isEqualTo(promise(7, "b"));
    }

    @Test
    void aPromiseThatIsNotWrittenToItsEndLeavesTheOneBefore() throws IOException {
        PromiseFile file = opened();
        file.write(promise(1, "a"));
        file.write(promise(2, "b"));
        FailurePoint.arm("PROMISE_PARTIAL=full");
        assertThatThrownBy(() -> file.write(promise(3, "c"))).isInstanceOf(IOException.class);
        FailurePoint.arm("");
        assertThat(read()).isEqualTo(promise(2, "b"));
        file.write(promise(3, "c"));
        assertThat(read()).isEqualTo(promise(3, "c"));
    }

    @Test
    void onceCopiedItOutlivesDamageOfEitherPlace() throws IOException {
        for (int place = 0; place < 2; place++) {
            PromiseFile file = opened();
            file.write(promise(10 + place, "a"));
            file.copy();
            damage(place);
            assertThat(read()).isEqualTo(promise(10 + place, "a"));
            opened().copy(); // and is whole again
            damage(1 - place);
            assertThat(read()).isEqualTo(promise(10 + place, "a"));
        }
    }

    @Test
    void damageOfBothPlacesIsToldAndNotTakenForNoPromise() throws IOException {
        PromiseFile file = opened();
        file.write(promise(4, "a"));
        file.write(promise(5, "a"));
        damage(0);
        damage(1);
        assertThatThrownBy(this::read).isInstanceOf(IOException.class).hasMessageContaining("damaged in both");
    }

    @Test
    void theFormBeforeIsRead() throws IOException {
        byte[] name = "old".getBytes(StandardCharsets.UTF_8);
        byte[] payload = ByteBuffer.allocate(Long.BYTES + name.length)
                .putLong(6)
                .put(name)
                .array();
        CheckedFile.write(path(), 0x45504f31, payload);
        PromiseFile file = new PromiseFile(path());
        assertThat(file.read()).isEqualTo(promise(6, "old"));
        file.write(promise(8, "new"));
        assertThat(read()).isEqualTo(promise(8, "new"));
    }
}
