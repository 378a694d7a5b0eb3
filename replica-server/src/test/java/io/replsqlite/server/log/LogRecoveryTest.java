package io.replsqlite.server.log;

import static io.replsqlite.server.log.LogFixture.fill;
import static io.replsqlite.server.log.LogFixture.position;
import static io.replsqlite.server.log.LogFixture.readAll;
import static io.replsqlite.server.log.LogFixture.segments;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.base.Txid;
import io.replsqlite.server.files.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogRecoveryTest {
    private static final LogSettings ONE_SEGMENT = new LogSettings(1 << 20, 2048);

    @TempDir
    Path parent;

    private Path directory() {
        return parent.resolve("log");
    }

    private ChangeLog open() throws IOException {
        return LogFixture.open(directory(), ONE_SEGMENT);
    }

    private long offsetOfTxid(long txid) throws IOException {
        return LogInspector.inspect(segments(directory()).get(0)).stream()
                .filter(each -> String.valueOf(each.get("position"))
                        .equals(position(1, txid).toString()))
                .mapToLong(each -> (Long) each.get("offset"))
                .findFirst()
                .orElseThrow();
    }

    private long endOfRecords() throws IOException {
        List<java.util.Map<String, Object>> entries =
                LogInspector.inspect(segments(directory()).get(0));
        return (Long) entries.get(entries.size() - 1).get("offset");
    }

    @Test
    void cutsALastRecordTornAtAnyByteWhetherTheFileEndsThereOrZerosFollow() throws IOException {
        try (ChangeLog log = open()) {
            fill(log, 1, 3);
        }
        Path segment = segments(directory()).get(0);
        byte[] whole = Files.readAllBytes(segment);
        int start = (int) offsetOfTxid(3);
        int end = (int) endOfRecords();
        for (int torn = start; torn < end; torn++) {
            Files.write(segment, Arrays.copyOf(whole, torn));
            assertOnlyTwoRecordsRemain(torn);
            byte[] zeroed = whole.clone();
            Arrays.fill(zeroed, torn, end, (byte) 0);
            if (!Arrays.equals(zeroed, whole)) {
                Files.write(segment, zeroed);
                assertOnlyTwoRecordsRemain(torn);
            }
        }
    }

    private void assertOnlyTwoRecordsRemain(int torn) throws IOException {
        try (ChangeLog log = open()) {
            assertThat(readAll(log)).as("torn at %d", torn).containsExactly(position(1, 1), position(1, 2));
            fill(log, 3, 4);
            assertThat(readAll(log)).hasSize(4);
        }
    }

    @Test
    void cutsAGroupWhoseFirstRecordNeverReachedTheDiskAlthoughItsLastDid() throws IOException {
        try (ChangeLog log = open()) {
            fill(log, 1, 2);
            LogFixture.append(log, 1, 3);
            LogFixture.append(log, 1, 4);
            LogFixture.append(log, 1, 5);
            log.sync();
        }
        overwriteWithZeros(offsetOfTxid(3), offsetOfTxid(4));
        try (ChangeLog log = open()) {
            assertThat(log.head()).isEqualTo(position(1, 2));
            assertThat(log.cutAtRecoveryBytes()).isPositive();
        }
    }

    private void overwriteWithZeros(long from, long to) throws IOException {
        Path segment = segments(directory()).get(0);
        byte[] bytes = Files.readAllBytes(segment);
        Arrays.fill(bytes, (int) from, (int) to, (byte) 0);
        Files.write(segment, bytes);
    }

    @Test
    void reportsDamageInTheMiddleChangesNothingAndCutsOnlyWhenTold() throws IOException {
        try (ChangeLog log = open()) {
            fill(log, 1, 10);
        }
        long damagedAt = offsetOfTxid(4);
        Path segment = segments(directory()).get(0);
        byte[] bytes = Files.readAllBytes(segment);
        bytes[(int) damagedAt + 200] ^= 1;
        Files.write(segment, bytes);
        LogCorruptedException damage = expectCorrupted();
        assertThat(damage.offset()).isEqualTo(damagedAt);
        assertThat(damage.lastGood()).isEqualTo(new Txid(3));
        assertThat(damage.file()).isEqualTo(segment);
        assertThat(Files.readAllBytes(segment)).isEqualTo(bytes);
        LogRepair.cut(damage);
        try (ChangeLog log = open()) {
            assertThat(log.head()).isEqualTo(position(1, 3));
            fill(log, 4, 5);
            assertThat(readAll(log)).hasSize(5);
        }
    }

    private LogCorruptedException expectCorrupted() {
        try (ChangeLog log = open()) {
            throw new AssertionError("opened at " + log.head());
        } catch (LogCorruptedException damage) {
            return damage;
        } catch (IOException other) {
            throw new AssertionError(other);
        }
    }

    @Test
    void damageInAnOlderSegmentIsFoundByReadingAndCutAcrossSegments() throws IOException {
        try (ChangeLog log = LogFixture.open(directory())) {
            fill(log, 1, 40);
        }
        Path second = segments(directory()).get(1);
        byte[] bytes = Files.readAllBytes(second);
        bytes[bytes.length - 10] ^= 1;
        Files.write(second, bytes);
        LogCorruptedException damage;
        try (ChangeLog log = LogFixture.open(directory())) {
            damage = org.assertj.core.api.Assertions.catchThrowableOfType(LogCorruptedException.class, log::verify);
            assertThat(damage.file()).isEqualTo(second);
            assertThatThrownBy(() -> readAll(log)).isInstanceOf(LogCorruptedException.class);
        }
        LogRepair.cut(damage);
        try (ChangeLog log = LogFixture.open(directory())) {
            assertThat(log.head().txid()).isEqualTo(damage.lastGood());
            assertThat(segments(directory())).hasSize(2);
            assertThat(log.verify()).isEqualTo(log.head().txid().value());
        }
    }

    @Test
    void aMissingOrShortenedOlderSegmentIsNoticedAtOpen() throws IOException {
        try (ChangeLog log = LogFixture.open(directory())) {
            fill(log, 1, 40);
        }
        Path second = segments(directory()).get(1);
        byte[] bytes = Files.readAllBytes(second);
        Files.write(second, Arrays.copyOf(bytes, bytes.length - 1));
        assertThatThrownBy(() -> LogFixture.open(directory())).isInstanceOf(LogCorruptedException.class);
        Files.delete(second);
        assertThatThrownBy(() -> LogFixture.open(directory()))
                .isInstanceOf(LogCorruptedException.class)
                .hasMessageContaining("missing");
    }

    @Test
    void aLogWithoutAnyWholeSegmentIsSetAsideNotRepaired() throws IOException {
        try (ChangeLog log = open()) {
            fill(log, 1, 3);
        }
        Path segment = segments(directory()).get(0);
        byte[] bytes = Files.readAllBytes(segment);
        bytes[20] ^= 1;
        Files.write(segment, bytes);
        LogCorruptedException damage = expectCorrupted();
        assertThatThrownBy(() -> LogRepair.cut(damage)).hasMessageContaining("no whole segment remains");
        Path rescued = LogRepair.setAside(directory(), "header damaged", MonotonicClock.SYSTEM);
        assertThat(segments(rescued)).hasSize(1);
        try (ChangeLog log = open()) {
            assertThat(log.head()).isEqualTo(Position.START);
        }
    }

    @Test
    void aLogThatLostItsCurrentFileIsNotReplacedByAnEmptyOne() throws IOException {
        try (ChangeLog log = open()) {
            fill(log, 1, 3);
        }
        Files.delete(CurrentFile.in(directory()));
        assertThatThrownBy(this::open).isInstanceOf(LogCorruptedException.class).hasMessageContaining("CURRENT");
        assertThat(segments(directory())).hasSize(1);
    }

    @Test
    void aRecordInsideUserDataIsNotTakenForARecordOfTheLog() throws IOException {
        byte[] image;
        try (ChangeLog log = open()) {
            fill(log, 1, 4);
            image = Files.readAllBytes(segments(directory()).get(0));
            log.append(LogFixture.commit(1, 5), ByteBuffer.wrap(image));
            log.sync();
        }
        overwriteWithZeros(offsetOfTxid(5), offsetOfTxid(5) + 200);
        try (ChangeLog log = open()) {
            assertThat(log.head()).isEqualTo(position(1, 4));
        }
    }

    @Test
    void noFlipAnywhereEverYieldsWrongContent() throws IOException {
        long seed = Long.getLong("replsqlite.seed", System.nanoTime());
        Random random = new Random(seed);
        try (ChangeLog log = LogFixture.open(directory())) {
            fill(log, 1, 30);
        }
        List<Position> truth;
        try (ChangeLog log = LogFixture.open(directory())) {
            truth = readAll(log);
        }
        int detected = 0;
        for (int round = 0; round < 300; round++) {
            Path copy = parent.resolve("copy");
            LogFixture.copyTree(directory(), copy);
            flipOneBit(copy, random);
            detected += isDetected(copy, truth, "seed " + seed + " round " + round) ? 1 : 0;
            DurableFiles.deleteTree(copy);
        }
        assertThat(detected).as("seed %d", seed).isGreaterThan(150);
    }

    private static void flipOneBit(Path log, Random random) throws IOException {
        List<Path> segments = segments(log);
        int choice = random.nextInt(segments.size() + 1);
        Path file = choice == segments.size() ? CurrentFile.in(log) : segments.get(choice);
        byte[] bytes = Files.readAllBytes(file);
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        Files.write(file, bytes);
    }

    /** Either an exception, or a prefix that ends before the flip and was cut as a torn append. */
    private static boolean isDetected(Path copy, List<Position> truth, String what) {
        try (ChangeLog log = LogFixture.open(copy)) {
            List<Position> read = readAll(log);
            assertThat(truth.subList(0, read.size())).as(what).isEqualTo(read);
            assertThat(truth.size() - read.size()).as(what).isLessThanOrEqualTo(1);
            assertThat(log.cutAtRecoveryBytes() > 0 || read.size() == truth.size())
                    .as(what)
                    .isTrue();
            return log.cutAtRecoveryBytes() > 0;
        } catch (IOException detected) {
            return true;
        }
    }
}
