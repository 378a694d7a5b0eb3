package io.replsqlite.server.backup.upload;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.server.backup.restore.BackupPlace;
import io.replsqlite.server.backup.restore.RestorePoint;
import io.replsqlite.server.backup.storage.FaultProxy;
import io.replsqlite.server.backup.storage.FaultProxy.Fault;
import io.replsqlite.server.backup.storage.ObjectStore;
import io.replsqlite.server.backup.storage.S3Server;
import io.replsqlite.server.backup.storage.StoreUrl;
import io.replsqlite.server.backup.storage.Stores;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Uploads to a real S3 server while one kind of fault, or all, spoil a third of the calls: nothing is lost or torn. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UploadFaultsTest {
    private static final Duration ANSWER_WITHIN = Duration.ofMillis(500);
    private static final int COMMITS = 25;

    private final long seed = Long.getLong("backup.seed", System.nanoTime());
    private final Random random = new Random(seed);

    private Path directory;
    private S3Server server;
    private volatile Fault fault = Fault.NONE;
    private volatile int percent;
    private FaultProxy proxy;

    @BeforeAll
    void open(@TempDir Path temporary) throws Exception {
        System.out.println("backup.seed " + seed);
        directory = temporary;
        server = S3Server.start(directory.resolve("s3"));
        Random dice = new Random(seed);
        proxy = new FaultProxy(server.port(), () -> {
            synchronized (dice) {
                return dice.nextInt(100) < percent ? fault == Fault.NONE ? any(dice) : fault : Fault.NONE;
            }
        });
    }

    private static Fault any(Random dice) {
        Fault[] all = Fault.values();
        return all[1 + dice.nextInt(all.length - 1)];
    }

    @AfterAll
    void close() throws Exception {
        proxy.close();
        server.close();
    }

    private ObjectStore store(int port, String path) throws IOException {
        return Stores.open(StoreUrl.parse(S3Server.urlThrough(port, path)), server.credentials(), ANSWER_WITHIN);
    }

    private BackupUploader start(ModelLog model, long epoch, String path) {
        BackupSource source = new BackupSource(
                "app",
                ModelLog.DATABASE,
                "node",
                new Epoch(epoch),
                model.log(),
                model.log().durableGate(),
                () -> true,
                model.base());
        BackupUploader uploader = new BackupUploader(
                source,
                new BackupSettings.Destination(path, true, () -> store(proxy.port(), path)),
                Duration.ofMillis(5),
                MonotonicClock.SYSTEM);
        uploader.start();
        return uploader;
    }

    private static void awaitUploaded(BackupUploader uploader, Position position) throws Exception {
        Deadline deadline = Deadline.after(Duration.ofSeconds(60), MonotonicClock.SYSTEM);
        while (!uploader.status().uploaded().equals(position)) {
            assertThat(deadline.hasPassed()).as(uploader.status().toString()).isFalse();
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    /** Looks past the proxy. */
    private BackupPlace place(String path) throws IOException {
        return BackupPlace.find(
                Stores.open(StoreUrl.parse(server.url(path)), server.credentials()), true, OptionalLong.empty());
    }

    private static void assertRestores(BackupPlace place, RestorePoint point, Position position) throws IOException {
        assertThat(ModelRestore.stateAt(place, point)).isEqualTo(position.checksum());
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void aThirdOfAllCallsFails(Fault kind) throws Exception {
        String path = "one-" + kind.name().toLowerCase(java.util.Locale.ROOT);
        try (ModelLog model = new ModelLog(directory.resolve(path), random)) {
            fault = kind; // NONE: any of them
            percent = 0;
            int before = proxy.injected().size();
            BackupUploader uploader = start(model, 1, path);
            try {
                awaitUploaded(uploader, model.position());
                percent = 33;
                List<Position> positions = new ArrayList<>();
                for (int i = 0; i < COMMITS; i++) {
                    positions.add(model.commit(1, random));
                    TimeUnit.MILLISECONDS.sleep(random.nextInt(20));
                }
                while (proxy.injected().size() == before) {
                    positions.add(model.commit(1, random));
                    awaitUploaded(uploader, model.position());
                }
                awaitUploaded(uploader, model.position());
                BackupPlace place = place(path);
                assertThat(place.generation().number()).isEqualTo(1);
                for (Position position : positions) {
                    assertRestores(place, new RestorePoint.AtTxid(position.txid()), position);
                }
            } finally {
                percent = 0;
                uploader.close();
            }
        }
    }

    @Test
    void twoPrimariesAndEveryFaultLeaveTheSuccessorsHistory() throws Exception {
        try (ModelLog one = new ModelLog(directory.resolve("first"), random);
                ModelLog two = new ModelLog(directory.resolve("second"), one)) {
            percent = 0;
            fault = Fault.NONE;
            BackupUploader old = start(one, 1, "race");
            awaitUploaded(old, one.position());
            percent = 20;
            two.beginEpoch(2);
            BackupUploader successor = start(two, 2, "race");
            try {
                List<Position> surviving = new ArrayList<>();
                for (int i = 0; i < COMMITS; i++) {
                    Position ignored = one.commit(1, random);
                    surviving.add(two.commit(2, random));
                    TimeUnit.MILLISECONDS.sleep(random.nextInt(30));
                }
                awaitUploaded(successor, two.position());
                BackupPlace place = place("race");
                assertRestores(place, new RestorePoint.Latest(), two.position());
                long oldest = place.catalogue().oldest().orElseThrow();
                for (Position position : surviving) {
                    if (position.txid().value() >= oldest) {
                        assertRestores(place, new RestorePoint.AtTxid(position.txid()), position);
                    }
                }
            } finally {
                percent = 0;
                old.close();
                successor.close();
            }
        }
    }
}
