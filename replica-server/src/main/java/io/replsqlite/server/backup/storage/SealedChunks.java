package io.replsqlite.server.backup.storage;

import static io.replsqlite.server.backup.storage.SealedHeader.CHUNK_BYTES;
import static io.replsqlite.server.backup.storage.SealedHeader.TAG_BYTES;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The chunks of one encrypted object, sealed and opened with a key that no other object has: nonces can count, and a chunk
 * fits only its own place in its own object. For one thread.
 */
final class SealedChunks {
    private static final int NONCE_BYTES = 12;
    private static final byte[] PURPOSE = "replsqlite backup object".getBytes(StandardCharsets.UTF_8);

    private final String key;
    private final SecretKey objectKey;
    private final byte[] bound;
    private final Cipher cipher;

    /** @param key of the object in its store; one that was stored under another does not open */
    SealedChunks(String key, SealedHeader header, SecretKey master) {
        this.key = key;
        this.bound = bound(key, header);
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(master);
            mac.update(PURPOSE);
            this.objectKey = new SecretKeySpec(mac.doFinal(header.salt()), "AES");
            this.cipher = Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("this JDK lacks AES-GCM or HMAC-SHA-256", missing);
        }
    }

    private static byte[] bound(String key, SealedHeader header) {
        byte[] name = key.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(SealedHeader.BYTES + name.length)
                .put(header.encode())
                .put(name)
                .array();
    }

    /** Answers what is to be stored: the chunk encrypted, and its tag. Less than a full chunk is the last one. */
    byte[] seal(long chunk, byte[] plain, int length) {
        try {
            begin(Cipher.ENCRYPT_MODE, chunk, length < CHUNK_BYTES);
            return cipher.doFinal(plain, 0, length);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("encrypting " + key + " failed", impossible);
        }
    }

    /** @return bytes that are put at {@code at} */
    int open(long chunk, byte[] sealed, int offset, int length, byte[] into, int at) throws IOException {
        try {
            begin(Cipher.DECRYPT_MODE, chunk, length < CHUNK_BYTES + TAG_BYTES);
            return cipher.doFinal(sealed, offset, length, into, at);
        } catch (AEADBadTagException forged) {
            throw new ForgedObjectException(
                    key + " is damaged, cut off, or not what was stored under this name (chunk " + chunk + ")", forged);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("decrypting " + key + " failed", impossible);
        }
    }

    private void begin(int mode, long chunk, boolean last) throws GeneralSecurityException {
        byte[] nonce = ByteBuffer.allocate(NONCE_BYTES)
                .putInt(last ? 1 : 0)
                .putLong(chunk)
                .array();
        cipher.init(mode, objectKey, new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce));
        cipher.updateAAD(bound);
    }

    /** What was read is not what this key has sealed under this name. */
    static final class ForgedObjectException extends IOException {
        private static final long serialVersionUID = 1L;

        ForgedObjectException(String message, Exception cause) {
            super(message, cause);
        }
    }
}
