package io.replsqlite.server.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.WRITE;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.FailurePoint;
import io.replsqlite.server.files.CheckedFile;
import io.replsqlite.server.files.DurableFiles;
import io.replsqlite.server.node.EpochPromises.Promise;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The highest promise of a node, in two places of one file that are written in turn: one sync of one block, where a file
 * that is replaced costs two, of which one is its directory's. Writers wait for it in a handoff.
 *
 * <pre>
 * place 0 at 0, place 1 at 4096, each:
 *   magic u32 "EPO2" | name length u16 | epoch u64 | name UTF-8 | CRC32C u32 of all before, zeros up to 4096
 * </pre>
 *
 * <p>The place with the higher epoch counts, of one epoch the one that has a name. A place that a crash has torn does not
 * count: nobody was answered, and the other one is as it was. So that damage done later takes no promise back, the promise
 * is copied to the other place when nobody waits ({@link #copy}). Before this form there was one promise, as a {@link
 * CheckedFile}: it is read, and the next promise replaces the file.
 *
 * <p>For one thread at a time.
 */
final class PromiseFile {
    private static final int OLD_MAGIC = 0x45504f31; // "EPO1"
    private static final int MAGIC = 0x45504f32; // "EPO2"
    private static final int PLACE_BYTES = 4096;
    private static final int NAME_OFFSET = Integer.BYTES + Short.BYTES + Long.BYTES;
    private static final int MAX_NAME_BYTES = PLACE_BYTES - NAME_OFFSET - Integer.BYTES;

    private final Path file;

    /** Where the present promise stands; negative if the file has to be replaced. */
    private int present = -1;

    /** What is to be copied to the other place; null if it stands in both. */
    private byte @Nullable [] uncopied;

    PromiseFile(Path file) {
        this.file = file;
    }

    /** To be called once, before the first {@link #write}. */
    Promise read() throws IOException {
        if (!Files.exists(file)) {
            return Promise.NONE;
        }
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        if (bytes.capacity() != 2 * PLACE_BYTES) {
            return readOld();
        }
        Promise first = decode(bytes.slice(0, PLACE_BYTES)).orElse(Promise.NONE);
        Promise second = decode(bytes.slice(PLACE_BYTES, PLACE_BYTES)).orElse(Promise.NONE);
        present = second.addsTo(first) ? 1 : 0;
        Promise found = present == 1 ? second : first;
        if (found.equals(Promise.NONE)) {
            throw new IOException(file + " is damaged in both of its places: what this node has promised is not known."
                    + " Nothing was changed. Set this node up anew, with an empty directory.");
        }
        uncopied = first.equals(second) ? null : encode(found);
        forceFound(); // or a copy could tear the only place that is surely durable
        return found;
    }

    /** What is found may not have been synced when its process ended, and is answered from now. */
    private void forceFound() throws IOException {
        try (FileChannel channel = FileChannel.open(file, WRITE)) {
            DurableFiles.force(channel, false, file);
        }
    }

    private Promise readOld() throws IOException {
        ByteBuffer payload = ByteBuffer.wrap(CheckedFile.read(file, OLD_MAGIC));
        Epoch epoch = new Epoch(payload.getLong());
        return new Promise(epoch, UTF_8.decode(payload).toString()); // still older files end after the epoch
    }

    /** Durable when this returns; whatever else happens, the promise before it is still there. */
    void write(Promise promise) throws IOException {
        byte[] place = encode(promise);
        if (present < 0) {
            DurableFiles.replace(
                    file,
                    ByteBuffer.allocate(2 * PLACE_BYTES).put(place).put(place).array());
            present = 0;
            uncopied = null;
            return;
        }
        int other = 1 - present;
        overwrite(other, place);
        present = other;
        uncopied = place;
    }

    /** Lets the promise stand in both places; if it does, nothing is done. */
    void copy() throws IOException {
        byte[] place = uncopied;
        if (place != null && present >= 0) {
            overwrite(1 - present, place);
            uncopied = null;
        }
    }

    private void overwrite(int place, byte[] content) throws IOException {
        long at = (long) place * PLACE_BYTES;
        try (FileChannel channel = FileChannel.open(file, WRITE)) {
            int part = FailurePoint.PROMISE_PARTIAL.isArmed() ? NAME_OFFSET : 0; // without name and checksum
            DurableFiles.writeFully(channel, ByteBuffer.wrap(content, 0, part), at);
            FailurePoint.PROMISE_PARTIAL.reached();
            DurableFiles.writeFully(channel, ByteBuffer.wrap(content, part, content.length - part), at + part);
            DurableFiles.force(channel, false, file);
        }
    }

    private static byte[] encode(Promise promise) throws IOException {
        byte[] name = promise.nodeName().getBytes(UTF_8);
        if (name.length > MAX_NAME_BYTES) {
            throw new IOException("a node's name has at most " + MAX_NAME_BYTES + " bytes, not " + name.length);
        }
        ByteBuffer place = ByteBuffer.allocate(PLACE_BYTES);
        place.putInt(MAGIC)
                .putShort((short) name.length)
                .putLong(promise.epoch().value())
                .put(name);
        place.putInt(crc(place.array(), NAME_OFFSET + name.length));
        return place.array();
    }

    /** Nothing if it was never written, or not to its end. */
    private static Optional<Promise> decode(ByteBuffer place) {
        int magic = place.getInt();
        int nameBytes = Short.toUnsignedInt(place.getShort());
        long epoch = place.getLong();
        if (magic != MAGIC || nameBytes > MAX_NAME_BYTES || epoch < 0) {
            return Optional.empty();
        }
        byte[] before = new byte[NAME_OFFSET + nameBytes];
        place.get(0, before);
        if (place.getInt(before.length) != crc(before, before.length)) {
            return Optional.empty();
        }
        return Optional.of(new Promise(new Epoch(epoch), new String(before, NAME_OFFSET, nameBytes, UTF_8)));
    }

    private static int crc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
