package io.replsqlite.server.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/** A small file that is replaced as a whole and knows when it was damaged. */
public final class CheckedFile {
    private static final int PAYLOAD_OFFSET = 8;
    private static final int CRC_BYTES = 4;
    private static final int MAX_PAYLOAD_BYTES = 1 << 20;

    private CheckedFile() {}

    public static void write(Path file, int magic, byte[] payload) throws IOException {
        if (payload.length > MAX_PAYLOAD_BYTES) {
            throw new IllegalArgumentException("a metadata file holds at most 1 MiB, got " + payload.length);
        }
        ByteBuffer bytes = ByteBuffer.allocate(PAYLOAD_OFFSET + payload.length + CRC_BYTES);
        bytes.putInt(magic).putInt(payload.length).put(payload);
        bytes.putInt(crc(bytes.array()));
        DurableFiles.replace(file, bytes.array());
    }

    /** @throws DamagedFileException unless magic, length and checksum are right */
    public static byte[] read(Path file, int magic) throws IOException {
        if (Files.size(file) > PAYLOAD_OFFSET + MAX_PAYLOAD_BYTES + CRC_BYTES) {
            throw new DamagedFileException(file, "too long");
        }
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        if (bytes.capacity() < PAYLOAD_OFFSET + CRC_BYTES) {
            throw new DamagedFileException(file, "too short");
        }
        if (bytes.getInt() != magic) {
            throw new DamagedFileException(file, "wrong magic");
        }
        int length = bytes.getInt();
        if (length != bytes.capacity() - PAYLOAD_OFFSET - CRC_BYTES) {
            throw new DamagedFileException(file, "wrong length");
        }
        if (bytes.getInt(PAYLOAD_OFFSET + length) != crc(bytes.array())) {
            throw new DamagedFileException(file, "wrong checksum");
        }
        byte[] payload = new byte[length];
        bytes.get(payload);
        return payload;
    }

    private static int crc(byte[] file) {
        CRC32C crc = new CRC32C();
        crc.update(file, 0, file.length - CRC_BYTES);
        return (int) crc.getValue();
    }

    /** The file is not what was written. */
    public static final class DamagedFileException extends IOException {
        private static final long serialVersionUID = 1L;

        DamagedFileException(Path file, String what) {
            super("damaged metadata file " + file + ": " + what);
        }
    }
}
