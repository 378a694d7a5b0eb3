package io.replsqlite.status;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/** The offsets of the byte table in the package documentation. */
final class StatusLayout {
    static final int LENGTH = 1024;
    static final long MAGIC = 0x54415453_4c515352L;
    static final int VERSION = 2;

    static final int MAGIC_AT = 0;
    static final int VERSION_AT = 8;
    static final int LENGTH_AT = 12;
    static final int SEQUENCE_AT = 16;
    static final int BOOT_AT = 24;
    static final int DATABASE_ID_AT = 32;
    static final int ROLE_AT = 48;
    static final int HEALTH_AT = 52;
    static final int EPOCH_AT = 56;
    static final int APPLIED_AT = 64;
    static final int CHECKSUM_AT = 72;
    static final int COMMITTED_AT = 80;
    static final int HEAD_AT = 88;
    static final int FRESH_AS_OF_AT = 96;
    static final int HEARTBEAT_AT = 104;
    static final int LEASE_DEADLINE_AT = 112;
    static final int WRITER_PID_AT = 120;
    static final int VISIBLE_AT = 128;
    static final int CRC_AT = 136;
    static final int TEXTS_AT = 144;
    static final int TEXTS_LENGTH = LENGTH - TEXTS_AT;

    static final VarHandle LONG = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    static final VarHandle INT = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private StatusLayout() {}

    static int crc(ByteBuffer page) {
        CRC32C crc = new CRC32C();
        crc.update(page.slice(BOOT_AT, APPLIED_AT - BOOT_AT));
        crc.update(page.slice(TEXTS_AT, TEXTS_LENGTH));
        return (int) crc.getValue();
    }
}
