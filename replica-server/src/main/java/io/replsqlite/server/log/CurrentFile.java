package io.replsqlite.server.log;

import io.replsqlite.server.files.CheckedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Which generation is the log. Payload: generation u64, replaced generation u64 (0: nothing left to do),
 * then the name under which the replaced one is to be kept in UTF-8 (empty: delete it).
 */
record CurrentFile(long generation, long replaced, String rescueName) {
    private static final int MAGIC = 0x52534c43; // "RSLC"

    static Path in(Path log) {
        return log.resolve("CURRENT");
    }

    static CurrentFile settled(long generation) {
        return new CurrentFile(generation, 0, "");
    }

    void write(Path log) throws IOException {
        byte[] name = rescueName.getBytes(StandardCharsets.UTF_8);
        ByteBuffer payload = ByteBuffer.allocate(16 + name.length);
        payload.putLong(generation).putLong(replaced).put(name);
        CheckedFile.write(in(log), MAGIC, payload.array());
    }

    static CurrentFile read(Path log) throws IOException {
        byte[] payload = CheckedFile.read(in(log), MAGIC);
        if (payload.length < 16) {
            throw new IOException("damaged metadata file " + in(log) + ": payload too short");
        }
        ByteBuffer from = ByteBuffer.wrap(payload);
        String name = new String(payload, 16, payload.length - 16, StandardCharsets.UTF_8);
        return new CurrentFile(from.getLong(), from.getLong(), name);
    }
}
