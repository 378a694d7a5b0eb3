package io.replsqlite.server.backup.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.server.files.OwnerOnlyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EncryptedStoreTest {
    private static final String KEY = "a/0001.ltx";
    private static final int CHUNK = SealedHeader.CHUNK_BYTES;
    private static final int SEALED_CHUNK = CHUNK + SealedHeader.TAG_BYTES;
    private static final String FIRST = "11".repeat(32);
    private static final String SECOND = "22".repeat(32);

    @TempDir
    Path directory;

    private final Random random = new Random(7);
    private Path keyFile;
    private ObjectStore store;

    @BeforeEach
    void open() throws IOException {
        keyFile = directory.resolve("keys");
        OwnerOnlyFile.create(keyFile, FIRST + "\n");
        store = store(keyFile);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private StoreUrl url() {
        return StoreUrl.parse("file://" + directory.resolve("store"));
    }

    private ObjectStore store(Path keys) throws IOException {
        return new StoreAccess(null, keys).open(url());
    }

    private Path object(String key) {
        return directory.resolve("store").resolve(key);
    }

    private byte[] content(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private void put(String key, byte[] content) throws IOException {
        long written = store.putStream(key, 1000, out -> {
            for (int at = 0; at < content.length; ) {
                int count = Math.min(1 + random.nextInt(50_000), content.length - at);
                out.write(content, at, count);
                at += count;
            }
        });
        assertThat(written).isEqualTo(Files.size(object(key)));
    }

    @Test
    void whatIsPutComesBackWholeAndInRangesAndIsNotReadable() throws IOException {
        for (int length : new int[] {0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 777}) {
            byte[] content = content(length);
            String key = "a/" + length;
            put(key, content);
            assertThat(store.readAll(key)).isEqualTo(content);
            assertThat(store.list("a/"))
                    .filteredOn(one -> one.key().equals(key))
                    .singleElement()
                    .satisfies(one -> assertThat(one.sizeBytes()).isEqualTo(length));
            for (int i = 0; i < 20 && length > 0; i++) {
                int from = random.nextInt(length);
                int count = 1 + random.nextInt(length - from);
                assertThat(store.read(key, from, count)).isEqualTo(Arrays.copyOfRange(content, from, from + count));
            }
            assertThatThrownBy(() -> store.read(key, length, 1)).hasMessageContaining("ends before");
        }
        put("a/text", "precious".repeat(100).getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertThat(new String(Files.readAllBytes(object("a/text")), java.nio.charset.StandardCharsets.ISO_8859_1))
                .doesNotContain("precious");
    }

    @Test
    void aSecondPutIsRefusedAsBefore() throws IOException {
        assertThat(store.putIfAbsent(KEY, content(10), 1000)).isTrue();
        byte[] first = store.readAll(KEY);
        assertThat(store.putIfAbsent(KEY, content(20), 1000)).isFalse();
        assertThat(store.readAll(KEY)).isEqualTo(first);
        put(KEY, content(30));
        assertThat(store.read(KEY, 0, 30)).as("another salt under a known name").hasSize(30);
    }

    private void assertRefused(String what) {
        assertThatThrownBy(() -> store.readAll(KEY)).as(what).hasMessageContaining(KEY);
        assertThatThrownBy(() -> {
                    long size = store.list("a/").stream()
                            .filter(one -> one.key().equals(KEY))
                            .findFirst()
                            .orElseThrow()
                            .sizeBytes();
                    for (long at = 0; at < size; at += 1000) {
                        byte[] ignored = store.read(KEY, at, (int) Math.min(1000, size - at));
                    }
                    if (size == 0) {
                        throw new IOException(KEY + " holds nothing");
                    }
                })
                .as(what + ", range by range")
                .hasMessageContaining(KEY);
    }

    @Test
    void everyFlippedBitIsFound() throws IOException {
        put(KEY, content(CHUNK + 500));
        byte[] good = Files.readAllBytes(object(KEY));
        for (int i = 0; i < 64 + 100; i++) {
            byte[] bad = good.clone();
            int at = i < 64 ? i : random.nextInt(bad.length);
            bad[at] ^= (byte) (1 << random.nextInt(8));
            Files.write(object(KEY), bad);
            assertRefused("byte " + at);
        }
    }

    @Test
    void anObjectThatEndsEarlyOrGoesOnIsFound() throws IOException {
        put(KEY, content(3 * CHUNK + 500));
        byte[] good = Files.readAllBytes(object(KEY));
        for (int chunks = 0; chunks <= 3; chunks++) {
            Files.write(object(KEY), Arrays.copyOf(good, SealedHeader.BYTES + chunks * SEALED_CHUNK));
            assertRefused("cut behind chunk " + chunks);
        }
        for (int length :
                new int[] {0, 7, 63, good.length - 1, good.length - 500, good.length + 1, good.length + 100}) {
            Files.write(object(KEY), Arrays.copyOf(good, length));
            assertRefused("length " + length);
        }
    }

    @Test
    void chunksAndObjectsFitOnlyTheirOwnPlace() throws IOException {
        put(KEY, content(2 * CHUNK + 500));
        byte[] good = Files.readAllBytes(object(KEY));
        byte[] swapped = good.clone();
        System.arraycopy(good, SealedHeader.BYTES, swapped, SealedHeader.BYTES + SEALED_CHUNK, SEALED_CHUNK);
        System.arraycopy(good, SealedHeader.BYTES + SEALED_CHUNK, swapped, SealedHeader.BYTES, SEALED_CHUNK);
        Files.write(object(KEY), swapped);
        assertRefused("chunks swapped");
        byte[] shorter = Arrays.copyOf(good, good.length - SEALED_CHUNK);
        System.arraycopy(
                good,
                SealedHeader.BYTES + SEALED_CHUNK,
                shorter,
                SealedHeader.BYTES,
                shorter.length - SealedHeader.BYTES);
        Files.write(object(KEY), shorter);
        assertRefused("first chunk left out");
        put("a/0002.ltx", content(2 * CHUNK + 500));
        Files.copy(object("a/0002.ltx"), object(KEY), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertRefused("another object");
    }

    @Test
    void aNewKeyOnTopWritesAndTheOldOneStillReads() throws IOException {
        byte[] old = content(1000);
        put("a/old", old);
        OwnerOnlyFile.replace(keyFile, SECOND + "\n" + FIRST + "\n");
        byte[] fresh = content(1000);
        put("a/new", fresh);
        assertThat(store.readAll("a/old")).isEqualTo(old);
        assertThat(store.readAll("a/new")).isEqualTo(fresh);
        OwnerOnlyFile.replace(keyFile, FIRST + "\n");
        assertThat(store.readAll("a/old")).isEqualTo(old);
        assertThatThrownBy(() -> store.readAll("a/new"))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("a/new is encrypted with key")
                .hasMessageContaining("not in " + keyFile)
                .message()
                .doesNotContain(FIRST);
    }

    @Test
    void withoutTheKeyOrWithoutEncryptionItIsToldWhatIsWrong() throws IOException {
        put(KEY, content(1000));
        try (ObjectStore plain = store(null)) {
            assertThatThrownBy(() -> plain.readAll(KEY))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("is encrypted")
                    .hasMessageContaining("--key-file");
            assertThat(plain.putIfAbsent("a/plain", content(200), 1000)).isTrue();
        }
        assertThatThrownBy(() -> store.readAll("a/plain"))
                .hasMessageContaining("is not encrypted, but a key file is given");
    }

    @Test
    void aKeyFileIsCheckedAndNeverQuoted() throws IOException {
        for (String text : new String[] {"", "\n", "secret", "33".repeat(31), FIRST + "\n" + "zz".repeat(32)}) {
            Path file = directory.resolve("bad-keys");
            Files.deleteIfExists(file);
            OwnerOnlyFile.create(file, text);
            assertThatThrownBy(() -> store(file))
                    .hasMessageContaining("64 hex digits")
                    .message()
                    .doesNotContain("secret")
                    .doesNotContain("3333");
        }
        Path open = directory.resolve("open-keys");
        Files.writeString(open, FIRST);
        Files.setPosixFilePermissions(open, java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(() -> store(open)).hasMessageContaining(open.toString());
        assertThatThrownBy(() -> store(directory.resolve("none"))).isInstanceOf(IOException.class);
    }
}
