package io.replsqlite.server.stream;

import java.util.Optional;

/** The frames of a stream, as the package documentation lays them out. */
public enum FrameType {
    RECORD(1, Long.MAX_VALUE),
    HEARTBEAT(2, 24),
    END(3, 4096),
    SNAPSHOT_BEGIN(4, 40),
    PAGES(5, 4 << 20),
    SNAPSHOT_END(6, 1 << 20),
    CHANGED_PAGES(7, 4 << 20);

    final int code;
    final long maxPayloadBytes;

    FrameType(int code, long maxPayloadBytes) {
        this.code = code;
        this.maxPayloadBytes = maxPayloadBytes;
    }

    static Optional<FrameType> byCode(int code) {
        return code >= 1 && code <= values().length ? Optional.of(values()[code - 1]) : Optional.empty();
    }
}
