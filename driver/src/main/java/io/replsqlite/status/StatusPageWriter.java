package io.replsqlite.status;

import static io.replsqlite.status.StatusLayout.*;

import io.replsqlite.base.StateChecksum;
import io.replsqlite.base.Txid;
import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Publishes a node's state on its status page. One thread at a time; readers never block it and it never blocks them.
 *
 * <p>The sequence is odd while fields that belong together change. A writer that dies in between leaves it odd; readers
 * then refuse the page until the next writer has opened it.
 */
public final class StatusPageWriter {
    private final MappedByteBuffer page;
    private long sequence;

    private StatusPageWriter(MappedByteBuffer page) {
        this.page = page;
        this.sequence = (long) LONG.getVolatile(page, SEQUENCE_AT);
    }

    /**
     * Opens the page, or creates it with the given first content. An existing page keeps its file, so that readers that
     * have mapped it follow the new writer; whatever it held before is overwritten.
     */
    public static StatusPageWriter open(Path file, StatusSnapshot first) throws IOException {
        if (!Files.exists(file) || Files.size(file) != LENGTH) {
            create(file);
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            MappedByteBuffer page = channel.map(FileChannel.MapMode.READ_WRITE, 0, LENGTH);
            page.order(ByteOrder.LITTLE_ENDIAN);
            StatusPageWriter writer = new StatusPageWriter(page);
            writer.publish(first);
            writer.publishHeader();
            return writer;
        }
    }

    /** A file of zeros under the final name: readers refuse it until the magic is there. */
    private static void create(Path file) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        try (FileChannel channel = FileChannel.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer zeros = ByteBuffer.allocate(LENGTH);
            while (zeros.hasRemaining()) {
                channel.write(zeros);
            }
            channel.force(true);
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private void publishHeader() {
        INT.setVolatile(page, VERSION_AT, VERSION);
        INT.setVolatile(page, LENGTH_AT, LENGTH);
        LONG.setVolatile(page, MAGIC_AT, MAGIC);
    }

    /** Replaces the whole content. */
    public void publish(StatusSnapshot status) {
        begin();
        page.putLong(BOOT_AT, BootId.CURRENT);
        page.putLong(DATABASE_ID_AT, status.databaseId().getMostSignificantBits());
        page.putLong(DATABASE_ID_AT + Long.BYTES, status.databaseId().getLeastSignificantBits());
        page.putInt(ROLE_AT, status.role().code());
        page.putInt(HEALTH_AT, status.health().code());
        LONG.setOpaque(page, EPOCH_AT, status.applied().epoch().value());
        LONG.setOpaque(page, APPLIED_AT, status.applied().txid().value());
        LONG.setOpaque(page, CHECKSUM_AT, status.applied().checksum().bits());
        LONG.setOpaque(page, COMMITTED_AT, status.committed().value());
        LONG.setOpaque(page, VISIBLE_AT, status.visible().value());
        LONG.setOpaque(page, HEAD_AT, status.head().value());
        LONG.setOpaque(page, FRESH_AS_OF_AT, status.freshAsOfNanos());
        LONG.setOpaque(page, HEARTBEAT_AT, status.heartbeatNanos());
        LONG.setOpaque(page, LEASE_DEADLINE_AT, status.leaseDeadlineNanos());
        page.putLong(WRITER_PID_AT, status.writerPid());
        putTexts(status);
        page.putInt(CRC_AT, crc(page));
        end();
    }

    private void putTexts(StatusSnapshot status) {
        ByteBuffer texts = page.slice(TEXTS_AT, TEXTS_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
        putText(texts, status.primaryUrl());
        putText(texts, status.ownUrl());
        putText(texts, status.nodeName());
        while (texts.hasRemaining()) {
            texts.put((byte) 0);
        }
    }

    private static void putText(ByteBuffer texts, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        texts.putShort((short) bytes.length);
        texts.put(bytes);
    }

    /** A commit became readable in the replica file. */
    public void publishApplied(Txid applied, StateChecksum checksum) {
        begin();
        LONG.setOpaque(page, APPLIED_AT, applied.value());
        LONG.setOpaque(page, CHECKSUM_AT, checksum.bits());
        end();
    }

    /** The node is alive at {@code heartbeatNanos}, and reads are fresh as of {@code freshAsOfNanos}. */
    public void publishFreshness(long freshAsOfNanos, Txid committed, Txid head, long heartbeatNanos) {
        begin();
        LONG.setOpaque(page, COMMITTED_AT, committed.value());
        LONG.setOpaque(page, HEAD_AT, head.value());
        LONG.setOpaque(page, FRESH_AS_OF_AT, freshAsOfNanos);
        LONG.setOpaque(page, HEARTBEAT_AT, heartbeatNanos);
        end();
    }

    /** The file may show commits up to here from now on: nothing that follows is done before this is written. */
    public void publishVisible(Txid visible) {
        begin();
        LONG.setOpaque(page, VISIBLE_AT, visible.value());
        end();
        VarHandle.fullFence();
    }

    /** The lease was renewed until {@code leaseDeadlineNanos}. */
    public void publishLease(long leaseDeadlineNanos, long heartbeatNanos) {
        begin();
        LONG.setOpaque(page, LEASE_DEADLINE_AT, leaseDeadlineNanos);
        LONG.setOpaque(page, HEARTBEAT_AT, heartbeatNanos);
        end();
    }

    private void begin() {
        sequence = sequence | 1;
        LONG.setOpaque(page, SEQUENCE_AT, sequence);
        VarHandle.storeStoreFence();
    }

    private void end() {
        sequence++;
        LONG.setRelease(page, SEQUENCE_AT, sequence);
    }
}
