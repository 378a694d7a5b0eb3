package io.replsqlite.server.log;

import org.jspecify.annotations.Nullable;

/** What a record is about. */
public enum RecordKind {
    /** One SQLite commit: its change set and the outcomes of the requests in it. */
    COMMIT(1),
    /** The start of a tenure: who writes from here on; changes no page. */
    EPOCH(2);

    private final int code;

    RecordKind(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    static @Nullable RecordKind ofCode(int code) {
        return switch (code) {
            case 1 -> COMMIT;
            case 2 -> EPOCH;
            default -> null;
        };
    }
}
