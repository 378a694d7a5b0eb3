package io.replsqlite.server.backup.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.server.backup.storage.ObjectStore.StoredObject;
import io.replsqlite.server.files.OwnerOnlyFile;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every store promises, asked of a directory and of a real S3 server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ObjectStoreTest {
    private static final long NOON = 1_780_000_000_000L;

    private Path directory;

    private S3Server server;
    private ObjectStore s3;
    private ObjectStore files;

    @BeforeAll
    void open(@TempDir Path temporary) throws Exception {
        directory = temporary;
        server = S3Server.start(directory.resolve("s3"));
        s3 = Stores.open(StoreUrl.parse(server.url("app")), server.credentials());
        files = Stores.open(StoreUrl.parse("file://" + directory.resolve("files")), null);
    }

    @AfterAll
    void close() throws Exception {
        s3.close();
        server.close();
    }

    Stream<ObjectStore> stores() {
        return Stream.of(files, s3);
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("stores")
    void readsBackWhatWasPut(ObjectStore store) throws Exception {
        byte[] content = random(3000);
        assertThat(store.putIfAbsent("back/a", content, NOON)).isTrue();
        assertThat(store.readAll("back/a")).isEqualTo(content);
        assertThat(store.read("back/a", 100, 50)).isEqualTo(java.util.Arrays.copyOfRange(content, 100, 150));
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("stores")
    void aSecondPutIsRefusedAndChangesNothing(ObjectStore store) throws Exception {
        byte[] first = random(100);
        assertThat(store.putIfAbsent("twice/a", first, NOON)).isTrue();
        assertThat(store.putIfAbsent("twice/a", random(200), NOON)).isFalse();
        assertThat(store.readAll("twice/a")).isEqualTo(first);
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("stores")
    void ofEightWritersExactlyOneWins(ObjectStore store) throws Exception {
        ExecutorService writers = Executors.newFixedThreadPool(8);
        try {
            for (int round = 0; round < 10; round++) {
                String key = "race/" + round;
                List<Callable<Boolean>> puts = new ArrayList<>();
                for (int writer = 0; writer < 8; writer++) {
                    puts.add(() -> store.putIfAbsent(key, random(500), NOON));
                }
                int winners = 0;
                for (Future<Boolean> put : writers.invokeAll(puts)) {
                    winners += put.get() ? 1 : 0;
                }
                assertThat(winners).isEqualTo(1);
            }
        } finally {
            writers.shutdown();
        }
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("stores")
    void listsOneLevelByKeyWithSizes(ObjectStore store) throws Exception {
        for (String key : List.of("list/b", "list/a", "list/c", "list/below/d", "listing/e")) {
            assertThat(store.putIfAbsent(key, random(10), NOON)).isTrue();
        }
        assertThat(store.list("list/")).extracting(StoredObject::key).containsExactly("list/a", "list/b", "list/c");
        assertThat(store.list("list/")).extracting(StoredObject::sizeBytes).containsOnly(10L);
        assertThat(store.list("nothing/")).isEmpty();
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("stores")
    void listsMoreThanOnePage(ObjectStore store) throws Exception {
        ExecutorService writers = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Boolean>> puts = new ArrayList<>();
            for (int i = 0; i < 1100; i++) {
                String key = String.format("many/%04d", i);
                puts.add(() -> store.putIfAbsent(key, new byte[1], NOON));
            }
            for (Future<Boolean> put : writers.invokeAll(puts)) {
                assertThat(put.get()).isTrue();
            }
        } finally {
            writers.shutdown();
        }
        assertThat(store.list("many/")).hasSize(1100);
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("stores")
    void streamsAnObjectLargerThanOnePart(ObjectStore store) throws Exception {
        byte[] block = random(1 << 20);
        long written = store.putStream("stream/a", NOON, out -> {
            for (int i = 0; i < 20; i++) {
                out.write(block);
            }
        });
        assertThat(written).isEqualTo(20L << 20);
        assertThat(store.list("stream/")).extracting(StoredObject::sizeBytes).containsExactly(20L << 20);
        assertThat(store.read("stream/a", 19L << 20, 1 << 20)).isEqualTo(block);
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("stores")
    void aStreamThatBreaksOffLeavesNoObject(ObjectStore store) throws Exception {
        assertThatThrownBy(() -> store.putStream("broken/a", NOON, out -> {
                    out.write(random(9 << 20));
                    throw new IOException("the source failed");
                }))
                .hasMessageContaining("the source failed");
        assertThat(store.list("broken/")).isEmpty();
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("stores")
    void whatIsNotThereIsNotFoundAndDeletedInPeace(ObjectStore store) throws Exception {
        assertThatThrownBy(() -> store.readAll("absent/a"))
                .isInstanceOfSatisfying(
                        StorageException.class, e -> assertThat(e.isNotFound()).isTrue());
        assertThatThrownBy(() -> store.read("absent/a", 0, 10)).isInstanceOf(StorageException.class);
        store.delete("absent/a");
        assertThat(store.putIfAbsent("gone/a", random(1), NOON)).isTrue();
        store.delete("gone/a");
        assertThat(store.list("gone/")).isEmpty();
    }

    @Test
    void aDirectoryCarriesTheCommitsTime() throws Exception {
        assertThat(files.putIfAbsent("time/a", random(1), NOON)).isTrue();
        assertThat(files.list("time/")).extracting(StoredObject::modifiedMillis).containsExactly(NOON);
    }

    @Test
    void changedCredentialsAreReadAgain() throws Exception {
        Path credentials = directory.resolve("rotated");
        OwnerOnlyFile.create(credentials, "access_key_id=ak\nsecret_access_key=expired\n");
        try (ObjectStore store = Stores.open(StoreUrl.parse(server.url("rotate")), credentials)) {
            assertThatThrownBy(() -> store.putIfAbsent("a", random(1), NOON))
                    .isInstanceOfSatisfying(
                            StorageException.class, e -> assertThat(e.kind()).isEqualTo(StorageException.Kind.DENIED));
            OwnerOnlyFile.replace(credentials, "access_key_id=ak\nsecret_access_key=sk\n");
            assertThat(store.putIfAbsent("x/a", random(1), NOON)).isTrue();
        }
    }

    @Test
    void saysWhatKindOfFailureItWas() throws Exception {
        StoreUrl nowhere = StoreUrl.parse(S3Server.urlThrough(1, "app"));
        StoreUrl noBucket = StoreUrl.parse(server.url("app").replace("s3://bucket", "s3://other"));
        try (ObjectStore down = Stores.open(nowhere, server.credentials());
                ObjectStore other = Stores.open(noBucket, server.credentials())) {
            assertThat(kindOf(down)).isEqualTo(StorageException.Kind.UNAVAILABLE);
            assertThat(kindOf(other)).isEqualTo(StorageException.Kind.MISCONFIGURED);
        }
    }

    @Test
    void aStoreThatNeverAnswersIsGivenUp() throws Exception {
        try (ServerSocket silent = new ServerSocket(0)) {
            StoreUrl url = StoreUrl.parse(S3Server.urlThrough(silent.getLocalPort(), "app"));
            try (ObjectStore store = Stores.open(url, server.credentials(), Duration.ofMillis(300))) {
                assertThat(kindOf(store)).isEqualTo(StorageException.Kind.TIMEOUT);
            }
        }
    }

    private static StorageException.Kind kindOf(ObjectStore store) {
        try {
            boolean stored = store.putIfAbsent("a/b", new byte[1], NOON);
            throw new AssertionError("stored: " + stored);
        } catch (StorageException failure) {
            return failure.kind();
        } catch (IOException other) {
            throw new AssertionError(other);
        }
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }
}
