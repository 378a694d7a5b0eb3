package io.replsqlite.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.base.StateChecksum;
import io.replsqlite.base.Txid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatusPageTest {
    @TempDir
    Path directory;

    static StatusSnapshot snapshot(long txid) {
        return new StatusSnapshot(
                new UUID(1, 2),
                Role.FOLLOWER,
                Health.OK,
                new Position(new Epoch(3), new Txid(txid), checksum(txid)),
                new Txid(txid),
                new Txid(txid + 1),
                new Txid(txid + 2),
                100,
                200,
                StatusSnapshot.NEVER,
                4711,
                "http://primary:7331",
                "http://own:7331",
                "köln");
    }

    static StateChecksum checksum(long txid) {
        return new StateChecksum(txid * 0x9e3779b97f4a7c15L | Long.MIN_VALUE);
    }

    private Path file() {
        return directory.resolve("status");
    }

    @Test
    void readsBackWhatWasPublished() throws IOException {
        StatusPageWriter writer = StatusPageWriter.open(file(), snapshot(7));
        StatusPageReader reader = StatusPageReader.open(file());
        assertThat(reader.snapshot()).isEqualTo(snapshot(7));
        assertThat(Files.size(file())).isEqualTo(1024);

        writer.publishApplied(new Txid(8), checksum(8));
        writer.publishFreshness(500, new Txid(8), new Txid(9), 600);
        writer.publishLease(900, 700);
        assertThat(reader.appliedTxid()).isEqualTo(8);
        assertThat(reader.committedTxid()).isEqualTo(8);
        assertThat(reader.freshAsOfNanos()).isEqualTo(500);
        assertThat(reader.heartbeatNanos()).isEqualTo(700);
        assertThat(reader.leaseDeadlineNanos()).isEqualTo(900);
        assertThat(reader.isReadable()).isTrue();
        assertThat(reader.snapshot().applied().checksum()).isEqualTo(checksum(8));
        assertThat(reader.snapshot().lagTxids()).isEqualTo(1);
    }

    @Test
    void keepsItsFileWhenTheNextWriterOpensIt() throws IOException {
        StatusPageWriter.open(file(), snapshot(1));
        StatusPageReader reader = StatusPageReader.open(file());
        StatusPageWriter.open(file(), snapshot(2));
        assertThat(reader.snapshot()).isEqualTo(snapshot(2));
    }

    @Test
    void refusesAPageWhoseWriterDiedInTheMiddleUntilTheNextWriter() throws IOException {
        StatusPageWriter.open(file(), snapshot(1));
        byte[] bytes = Files.readAllBytes(file());
        ByteBuffer page = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        page.putLong(StatusLayout.SEQUENCE_AT, page.getLong(StatusLayout.SEQUENCE_AT) + 1);
        Files.write(file(), bytes);
        assertThatThrownBy(() -> StatusPageReader.open(file()))
                .isInstanceOf(StatusPageException.class)
                .hasMessageContaining("middle of a write");
        StatusPageWriter.open(file(), snapshot(2));
        assertThat(StatusPageReader.open(file()).snapshot()).isEqualTo(snapshot(2));
    }

    @Test
    void readsEpochAndTxidThatBelongTogetherWhileTheyMove() throws Exception {
        StatusPageWriter writer = StatusPageWriter.open(file(), inEpoch(1));
        StatusPageReader reader = StatusPageReader.open(file());
        AtomicBoolean ended = new AtomicBoolean();
        Thread writing = new Thread(() -> {
            for (long epoch = 2; !ended.get(); epoch++) {
                writer.publish(inEpoch(epoch));
                writer.publishApplied(new Txid(epoch * 10 + 1), StateChecksum.EMPTY);
            }
        });
        writing.start();
        try {
            AppliedPosition applied = new AppliedPosition();
            int read = 0;
            while (read < 200_000) {
                if (reader.readApplied(applied)) {
                    assertThat(applied.txid() / 10).isEqualTo(applied.epoch());
                    read++;
                }
            }
        } finally {
            ended.set(true);
            writing.join();
        }
    }

    private static StatusSnapshot inEpoch(long epoch) {
        StatusSnapshot some = snapshot(1);
        return new StatusSnapshot(
                some.databaseId(),
                some.role(),
                some.health(),
                new Position(new Epoch(epoch), new Txid(epoch * 10), StateChecksum.EMPTY),
                some.committed(),
                some.visible(),
                some.head(),
                some.freshAsOfNanos(),
                some.heartbeatNanos(),
                some.leaseDeadlineNanos(),
                some.writerPid(),
                some.primaryUrl(),
                some.ownUrl(),
                some.nodeName());
    }

    @Test
    void tellsNoPositionWhileAWriteDoesNotEnd() throws IOException {
        StatusPageWriter.open(file(), snapshot(1));
        StatusPageReader reader = StatusPageReader.open(file());
        AppliedPosition applied = new AppliedPosition();
        assertThat(reader.readApplied(applied)).isTrue();
        try (FileChannel channel = FileChannel.open(file(), StandardOpenOption.WRITE)) {
            ByteBuffer odd = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            odd.putLong(1001).flip();
            channel.write(odd, StatusLayout.SEQUENCE_AT);
        }
        assertThat(reader.readApplied(applied)).isFalse();
        assertThat(applied.txid()).isEqualTo(1);
    }

    @Test
    void refusesFilesOfAnotherKind() throws IOException {
        Files.write(file(), new byte[10]);
        assertThatThrownBy(() -> StatusPageReader.open(file())).hasMessageContaining("10 bytes");
        Files.write(file(), new byte[StatusLayout.LENGTH]);
        assertThatThrownBy(() -> StatusPageReader.open(file())).hasMessageContaining("not a status page");
        StatusPageWriter.open(file(), snapshot(5));
        assertThat(StatusPageReader.open(file()).appliedTxid()).isEqualTo(5);
    }

    @Test
    void refusesAPageOfAnEarlierBoot() throws IOException {
        StatusPageWriter.open(file(), snapshot(1));
        byte[] bytes = Files.readAllBytes(file());
        ByteBuffer page = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        page.putLong(StatusLayout.BOOT_AT, BootId.CURRENT + 1);
        page.putInt(StatusLayout.CRC_AT, StatusLayout.crc(page));
        Files.write(file(), bytes);
        assertThatThrownBy(() -> StatusPageReader.open(file())).hasMessageContaining("last started");
    }

    @Test
    void findsEveryChangedByteOfTheCheckedPartAndNeverFailsOtherwise() throws IOException {
        StatusPageWriter.open(file(), snapshot(7));
        byte[] good = Files.readAllBytes(file());
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            byte[] bad = good.clone();
            int at = random.nextInt(bad.length);
            bad[at] ^= (byte) (1 + random.nextInt(255));
            Files.write(file(), bad);
            boolean refused = false;
            try {
                StatusPageReader.open(file());
            } catch (StatusPageException e) {
                refused = true;
            }
            boolean mustRefuse = (at < StatusLayout.SEQUENCE_AT)
                    || (at >= StatusLayout.BOOT_AT && at < StatusLayout.APPLIED_AT)
                    || at >= StatusLayout.TEXTS_AT
                    || (at >= StatusLayout.CRC_AT && at < StatusLayout.CRC_AT + 4);
            assertThat(refused || !mustRefuse)
                    .as("seed %d, round %d, byte %d", seed, round, at)
                    .isTrue();
        }
    }

    @Test
    void neverShowsAMixtureToReadersWhileOneThreadWrites() throws Exception {
        StatusPageWriter writer = StatusPageWriter.open(file(), snapshot(1));
        AtomicBoolean stop = new AtomicBoolean();
        Thread writing = new Thread(() -> {
            for (long txid = 2; !stop.get(); txid++) {
                // Commits have gaps between them; without any, a reader would never find the page at rest.
                LockSupport.parkNanos(1_000);
                if (txid % 3 == 0) {
                    writer.publish(snapshot(txid));
                } else {
                    writer.publishApplied(new Txid(txid), checksum(txid));
                }
            }
        });
        writing.start();
        try {
            StatusPageReader reader = StatusPageReader.open(file());
            long last = 0;
            for (int read = 0; read < 20_000; read++) {
                Position applied = reader.snapshot().applied();
                assertThat(applied.checksum()).isEqualTo(checksum(applied.txid().value()));
                assertThat(applied.txid().value()).isGreaterThanOrEqualTo(last);
                last = applied.txid().value();
            }
            assertThat(last).isGreaterThan(1);
        } finally {
            stop.set(true);
            writing.join();
        }
    }

    @Test
    void isReadByAnotherProcess() throws Exception {
        StatusPageWriter writer = StatusPageWriter.open(file(), snapshot(1));
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        OtherProcess.class.getName(),
                        file().toString(),
                        "5000")
                .redirectErrorStream(true)
                .start();
        long txid = 2;
        while (!other.waitFor(0, TimeUnit.MILLISECONDS) && txid < 2_000_000_000L) {
            writer.publishApplied(new Txid(txid), checksum(txid));
            txid++;
            LockSupport.parkNanos(1_000);
        }
        String output = new String(other.getInputStream().readAllBytes());
        assertThat(other.exitValue()).as(output).isZero();
    }

    /** Reads snapshots until it has seen the given txid; exits with 1 at the first mixture. */
    static final class OtherProcess {
        public static void main(String[] arguments) throws IOException {
            StatusPageReader reader = StatusPageReader.open(Path.of(arguments[0]));
            long target = Long.parseLong(arguments[1]);
            long seen = 0;
            while (seen < target) {
                Position applied = reader.snapshot().applied();
                seen = applied.txid().value();
                if (!applied.checksum().equals(checksum(seen))) {
                    System.out.println("mixture at " + applied);
                    System.exit(1);
                }
            }
        }
    }

    @Test
    void isShownToPeople() {
        assertThat(StatusPageInspector.lines(snapshot(7), MonotonicClock.SYSTEM))
                .anyMatch(line -> line.matches("role +FOLLOWER"))
                .anyMatch(line -> line.matches("lagTxids +2"));
        assertThat(StatusPageInspector.fields(snapshot(7), MonotonicClock.SYSTEM))
                .containsEntry("leaseLeftMillis", -1L)
                .containsEntry("node", "köln");
    }

    @Test
    void refusesTextsThatDoNotFit() {
        assertThatThrownBy(() -> new StatusSnapshot(
                        new UUID(0, 0),
                        Role.NONE,
                        Health.OK,
                        Position.START,
                        Txid.ZERO,
                        Txid.ZERO,
                        Txid.ZERO,
                        0,
                        0,
                        0,
                        0,
                        "x".repeat(900),
                        "",
                        ""))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
