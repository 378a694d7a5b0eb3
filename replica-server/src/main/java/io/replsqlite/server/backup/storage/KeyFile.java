package io.replsqlite.server.backup.storage;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.replsqlite.base.Hex;
import io.replsqlite.server.files.OwnerOnlyFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keys of encrypted backups: lines of 64 hex digits each, such as {@code openssl rand -hex 32} prints. The first one
 * encrypts, all of them decrypt: a new key is put on top. Readable by its owner only, read again when it changes.
 */
final class KeyFile {
    private static final int KEY_BYTES = 32;
    private static final byte[] PURPOSE = "replsqlite backup key".getBytes(StandardCharsets.UTF_8);

    private final Path file;

    @GuardedBy("this")
    private CredentialsFile.Version version;

    /** By id, the one that encrypts first. */
    @GuardedBy("this")
    private Map<Long, SecretKey> keys;

    /** A key and what it is called in the headers of objects. */
    record NamedKey(long id, SecretKey key) {}

    /** @throws IOException if it is no key file; the message never holds a key */
    KeyFile(Path file) throws IOException {
        this.file = file;
        this.version = new CredentialsFile(file).version();
        this.keys = read(file);
    }

    private static Map<Long, SecretKey> read(Path file) throws IOException {
        OwnerOnlyFile.requirePrivate(file);
        Map<Long, SecretKey> keys = new LinkedHashMap<>();
        int number = 0;
        for (String line : Files.readAllLines(file)) {
            number++;
            if (!line.isBlank()) {
                SecretKey key = key(file, number, line.strip());
                SecretKey ignored = keys.putIfAbsent(idOf(key), key);
            }
        }
        if (keys.isEmpty()) {
            throw new IOException(file + " holds no key: put a line of 64 hex digits into it (openssl rand -hex 32)");
        }
        return keys;
    }

    private static SecretKey key(Path file, int line, String text) throws IOException {
        try {
            byte[] bytes = HexFormat.of().parseHex(text);
            if (bytes.length == KEY_BYTES) {
                return new SecretKeySpec(bytes, "AES");
            }
        } catch (IllegalArgumentException noHex) {
            throw noKey(file, line);
        }
        throw noKey(file, line);
    }

    private static IOException noKey(Path file, int line) {
        return new IOException("line " + line + " of " + file + " is no key, which is 64 hex digits");
    }

    private static long idOf(SecretKey key) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(PURPOSE);
            return ByteBuffer.wrap(digest.digest(key.getEncoded())).getLong();
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("this JDK lacks SHA-256", missing);
        }
    }

    /** The key to encrypt with. */
    synchronized NamedKey newest() throws IOException {
        refresh();
        Map.Entry<Long, SecretKey> first = keys.entrySet().iterator().next();
        return new NamedKey(first.getKey(), first.getValue());
    }

    /** The key that an object was encrypted with. */
    synchronized SecretKey of(String object, SealedHeader header) throws IOException {
        refresh();
        SecretKey key = keys.get(header.keyId());
        if (key == null) {
            throw new StorageException(
                    StorageException.Kind.MISCONFIGURED,
                    object + " is encrypted with key " + header.keyIdText() + ", which is not in " + file
                            + ": that holds "
                            + keys.keySet().stream().map(Hex::of).toList()
                            + ". Add the key that was in use then.",
                    null);
        }
        return key;
    }

    @GuardedBy("this")
    private void refresh() throws IOException {
        CredentialsFile.Version now = new CredentialsFile(file).version();
        if (!now.equals(version)) {
            keys = read(file);
            version = now;
        }
    }
}
