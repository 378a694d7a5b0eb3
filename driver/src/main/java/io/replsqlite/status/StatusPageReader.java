package io.replsqlite.status;

import static io.replsqlite.status.StatusLayout.*;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.Position;
import io.replsqlite.base.StateChecksum;
import io.replsqlite.base.Txid;
import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;

/**
 * Reads a node's status page. Safe for any number of threads. The single-field reads take nanoseconds, allocate nothing
 * and cannot fail; {@link #snapshot} reads what fits together.
 */
public final class StatusPageReader {
    private static final int SPINS = 200;
    private static final int ATTEMPTS = 2_000;
    private static final long PAUSE_NANOS = 50_000;

    private final Path file;
    private final MappedByteBuffer page;

    private StatusPageReader(Path file, MappedByteBuffer page) {
        this.file = file;
        this.page = page;
    }

    /** @throws StatusPageException unless the file is a status page with valid content */
    public static StatusPageReader open(Path file) throws IOException {
        if (Files.size(file) != LENGTH) {
            throw new StatusPageException(file + " has " + Files.size(file) + " bytes, a status page has " + LENGTH);
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            MappedByteBuffer page = channel.map(FileChannel.MapMode.READ_ONLY, 0, LENGTH);
            page.order(ByteOrder.LITTLE_ENDIAN);
            StatusPageReader reader = new StatusPageReader(file, page);
            reader.checkHeader();
            StatusSnapshot ignored = reader.snapshot();
            return reader;
        }
    }

    private void checkHeader() throws StatusPageException {
        if ((long) LONG.getVolatile(page, MAGIC_AT) != MAGIC) {
            throw new StatusPageException(file + " is not a status page");
        }
        if (page.getInt(VERSION_AT) != VERSION || page.getInt(LENGTH_AT) != LENGTH) {
            throw new StatusPageException(file + " has status page version " + page.getInt(VERSION_AT) + " of "
                    + page.getInt(LENGTH_AT) + " bytes, this reads version " + VERSION + " of " + LENGTH);
        }
    }

    public long appliedTxid() {
        return (long) LONG.getAcquire(page, APPLIED_AT);
    }

    public long committedTxid() {
        return (long) LONG.getAcquire(page, COMMITTED_AT);
    }

    /** Whether all that a snapshot taken before this call shows is committed. Never parks, allocates nothing. */
    public boolean showsOnlyCommitted() {
        long visible = (long) LONG.getVolatile(page, VISIBLE_AT);
        return visible == 0 || (long) LONG.getVolatile(page, COMMITTED_AT) >= visible;
    }

    /** The highest txid that a snapshot taken before this call can show. */
    public long visibleTxid() {
        return (long) LONG.getVolatile(page, VISIBLE_AT);
    }

    public long epoch() {
        return (long) LONG.getAcquire(page, EPOCH_AT);
    }

    /**
     * Reads epoch and txid of what the replica file shows as of one moment; allocates nothing and never parks.
     *
     * @return false if the page is in the middle of a write for longer than a write takes: its writer has lost the
     *     processor, is stuck or has died; {@code into} is left as it is
     */
    public boolean readApplied(AppliedPosition into) {
        for (int attempt = 0; attempt < SPINS; attempt++) {
            long before = (long) LONG.getAcquire(page, SEQUENCE_AT);
            long epoch = (long) LONG.getOpaque(page, EPOCH_AT);
            long txid = (long) LONG.getOpaque(page, APPLIED_AT);
            VarHandle.loadLoadFence();
            if ((before & 1) == 0 && (long) LONG.getOpaque(page, SEQUENCE_AT) == before) {
                into.set(epoch, txid);
                return true;
            }
            Thread.onSpinWait();
        }
        return false;
    }

    /** Monotonic nanoseconds, or {@link StatusSnapshot#NEVER}. */
    public long freshAsOfNanos() {
        return (long) LONG.getAcquire(page, FRESH_AS_OF_AT);
    }

    /** Monotonic nanoseconds, or {@link StatusSnapshot#NEVER}. */
    public long leaseDeadlineNanos() {
        return (long) LONG.getAcquire(page, LEASE_DEADLINE_AT);
    }

    public long heartbeatNanos() {
        return (long) LONG.getAcquire(page, HEARTBEAT_AT);
    }

    /** Whether the replica file may be read. */
    public boolean isReadable() {
        int health = (int) INT.getAcquire(page, HEALTH_AT);
        return health == Health.OK.code() || health == Health.STOPPED.code();
    }

    public boolean isLeading() {
        return (int) INT.getAcquire(page, ROLE_AT) == Role.LEADING.code();
    }

    /** @throws StatusPageException if the page is torn for good (its writer died) or holds garbage */
    public StatusSnapshot snapshot() throws StatusPageException {
        byte[] copy = new byte[LENGTH];
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            if (copyAtRest(copy)) {
                return decode(ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN));
            }
            pause(attempt);
        }
        throw new StatusPageException(file + " stays in the middle of a write: its node has died or is stuck");
    }

    /** A write takes nanoseconds, unless its thread has just lost the processor. */
    private static void pause(int attempt) {
        if (attempt < SPINS) {
            Thread.onSpinWait();
        } else {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private boolean copyAtRest(byte[] copy) {
        long before = (long) LONG.getAcquire(page, SEQUENCE_AT);
        if ((before & 1) != 0) {
            return false;
        }
        page.get(0, copy);
        VarHandle.loadLoadFence();
        return (long) LONG.getOpaque(page, SEQUENCE_AT) == before;
    }

    private StatusSnapshot decode(ByteBuffer copy) throws StatusPageException {
        if (copy.getInt(CRC_AT) != crc(copy)) {
            throw new StatusPageException(file + " fails its checksum");
        }
        long boot = copy.getLong(BOOT_AT);
        if (boot != BootId.CURRENT) {
            throw new StatusPageException(file + " was written before the host was last started");
        }
        ByteBuffer texts = copy.slice(TEXTS_AT, TEXTS_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
        try {
            return new StatusSnapshot(
                    new UUID(copy.getLong(DATABASE_ID_AT), copy.getLong(DATABASE_ID_AT + Long.BYTES)),
                    Role.of(copy.getInt(ROLE_AT)),
                    Health.of(copy.getInt(HEALTH_AT)),
                    new Position(
                            new Epoch(copy.getLong(EPOCH_AT)),
                            new Txid(copy.getLong(APPLIED_AT)),
                            new StateChecksum(copy.getLong(CHECKSUM_AT))),
                    new Txid(copy.getLong(COMMITTED_AT)),
                    new Txid(copy.getLong(VISIBLE_AT)),
                    new Txid(copy.getLong(HEAD_AT)),
                    copy.getLong(FRESH_AS_OF_AT),
                    copy.getLong(HEARTBEAT_AT),
                    copy.getLong(LEASE_DEADLINE_AT),
                    copy.getLong(WRITER_PID_AT),
                    text(texts),
                    text(texts),
                    text(texts));
        } catch (IllegalArgumentException e) {
            throw new StatusPageException(file + " holds an impossible value: " + e.getMessage());
        }
    }

    private static String text(ByteBuffer texts) {
        int length = texts.remaining() < Short.BYTES ? -1 : Short.toUnsignedInt(texts.getShort());
        if (length < 0 || length > texts.remaining()) {
            throw new IllegalArgumentException("a text leaves the page");
        }
        ByteBuffer bytes = texts.slice(texts.position(), length);
        texts.position(texts.position() + length);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("a text is not UTF-8", e);
        }
    }
}
