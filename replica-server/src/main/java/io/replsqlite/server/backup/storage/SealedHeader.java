package io.replsqlite.server.backup.storage;

import io.replsqlite.base.Hex;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;

/** The first bytes of an encrypted object; the package documentation has the format. */
record SealedHeader(long keyId, byte[] salt) {
    static final int BYTES = 64;
    static final int CHUNK_BYTES = 1 << 16;
    static final int TAG_BYTES = 16;

    private static final long MAGIC = 0x5253514C454E4331L; // RSQLENC1
    private static final int SALT_OFFSET = 32;
    private static final int SALT_BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    static SealedHeader fresh(long keyId) {
        byte[] salt = new byte[SALT_BYTES];
        RANDOM.nextBytes(salt);
        return new SealedHeader(keyId, salt);
    }

    static boolean isSealed(byte[] object) {
        return object.length >= Long.BYTES && ByteBuffer.wrap(object).getLong() == MAGIC;
    }

    byte[] encode() {
        byte[] bytes = new byte[BYTES];
        ByteBuffer.wrap(bytes).putLong(MAGIC).putLong(keyId).putInt(CHUNK_BYTES);
        System.arraycopy(salt, 0, bytes, SALT_OFFSET, SALT_BYTES);
        return bytes;
    }

    /** @throws IOException if the object does not begin with a header; the message names the key */
    static SealedHeader decode(String key, byte[] object) throws IOException {
        if (!isSealed(object)) {
            throw new IOException(
                    key + " is not encrypted, but a key file is given. An encrypted backup has a place of its"
                            + " own: give another path, or leave the key file out.");
        }
        ByteBuffer in = ByteBuffer.wrap(object);
        if (object.length < BYTES || in.getInt(16) != CHUNK_BYTES || in.getInt(20) != 0 || in.getLong(24) != 0) {
            throw new IOException(key + " is damaged: not the header of an encrypted object");
        }
        return new SealedHeader(in.getLong(8), Arrays.copyOfRange(object, SALT_OFFSET, BYTES));
    }

    String keyIdText() {
        return Hex.of(keyId);
    }

    /** What an object of so many bytes holds, or -1 if it cannot be whole: the last chunk is never full. */
    static long plainBytes(long objectBytes) {
        long chunks = objectBytes - BYTES;
        long last = chunks % (CHUNK_BYTES + TAG_BYTES);
        if (chunks < TAG_BYTES || last < TAG_BYTES) {
            return -1;
        }
        return chunks / (CHUNK_BYTES + TAG_BYTES) * CHUNK_BYTES + last - TAG_BYTES;
    }

    /** Where a chunk begins in the object. */
    static long chunkOffset(long chunk) {
        return BYTES + chunk * (CHUNK_BYTES + TAG_BYTES);
    }
}
