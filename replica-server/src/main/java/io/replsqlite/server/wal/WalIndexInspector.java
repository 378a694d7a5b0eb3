package io.replsqlite.server.wal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Describes the bytes of a wal-index of any provenance for people and for JSON. Takes bytes and no path: a process that
 * has SQLite open on the database must not open {@code -shm} once more.
 */
public final class WalIndexInspector {
    private static final int FIRST_BLOCK_BYTES = 136;
    private static final int READ_MARKS_AT = 100;

    private final Map<String, Object> findings = new LinkedHashMap<>();

    private WalIndexInspector() {}

    public static WalIndexInspector inspect(ByteBuffer wholeFile) {
        WalIndexInspector inspector = new WalIndexInspector();
        ByteBuffer bytes = wholeFile.slice().order(ByteOrder.nativeOrder());
        inspector.findings.put("fileBytes", bytes.limit());
        inspector.findings.put("segments", bytes.limit() / WalIndexSegments.SEGMENT_BYTES);
        if (bytes.limit() < FIRST_BLOCK_BYTES) {
            inspector.findings.put("header", "too short");
        } else {
            inspector.describeHeader(bytes);
            inspector.describeCheckpoint(bytes);
        }
        return inspector;
    }

    private void describeHeader(ByteBuffer bytes) {
        WalIndexHeader first = WalIndexHeader.decode(bytes, 0);
        WalIndexHeader second = WalIndexHeader.decode(bytes, WalIndexHeader.BYTES);
        findings.put("header", validity(first, second));
        WalIndexHeader header = first != null ? first : second;
        if (header != null) {
            findings.put("changeCounter", Integer.toUnsignedLong(header.changeCounter()));
            findings.put("pageSize", header.pageSize());
            findings.put("maxFrame", Integer.toUnsignedLong(header.maxFrame()));
            findings.put("databaseSizePages", Integer.toUnsignedLong(header.databaseSizePages()));
            findings.put("salt1", Integer.toHexString(header.salt1()));
            findings.put("salt2", Integer.toHexString(header.salt2()));
        }
    }

    private static String validity(@Nullable WalIndexHeader first, @Nullable WalIndexHeader second) {
        if (first == null || second == null) {
            return first == null && second == null ? "both copies invalid" : "one copy invalid";
        }
        return first.equals(second) ? "valid" : "copies differ";
    }

    private void describeCheckpoint(ByteBuffer bytes) {
        findings.put("backfilled", Integer.toUnsignedLong(bytes.getInt(96)));
        findings.put("backfillAttempted", Integer.toUnsignedLong(bytes.getInt(128)));
        List<String> marks = new ArrayList<>();
        for (int slot = 0; slot < WalIndex.READ_MARKS; slot++) {
            int mark = bytes.getInt(READ_MARKS_AT + 4 * slot);
            marks.add(mark == WalIndex.READ_MARK_UNUSED ? "unused" : Integer.toUnsignedString(mark));
        }
        findings.put("readMarks", marks);
    }

    /** For JSON: names, numbers, and the five read marks. */
    public Map<String, Object> toMap() {
        return findings;
    }

    public List<String> lines() {
        return InspectorText.lines(findings);
    }
}
