package io.replsqlite.server.cli;

import io.replsqlite.server.wal.WalIndexInspector;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * SQLite's wal-index, the {@code -shm} file. It has no magic number: either copy of its header begins with the format's
 * version. This process has no SQLite open, so opening and closing the file drops nobody's locks.
 */
final class WalIndexFileInspector implements Inspector {
    private static final int VERSION = 3_007_000;
    private static final int SECOND_COPY_AT = 48;

    @Override
    public String format() {
        return "SQLite wal-index";
    }

    @Override
    public boolean recognises(Path file, byte[] first) {
        return file.toString().endsWith("-shm") || isVersionAt(first, 0) || isVersionAt(first, SECOND_COPY_AT);
    }

    private static boolean isVersionAt(byte[] first, int offset) {
        ByteBuffer bytes = ByteBuffer.wrap(first).order(ByteOrder.nativeOrder());
        return first.length >= offset + Integer.BYTES && bytes.getInt(offset) == VERSION;
    }

    @Override
    public InspectionReport inspect(Path file) throws IOException {
        Map<String, Object> findings = WalIndexInspector.inspect(ByteBuffer.wrap(Files.readAllBytes(file)))
                .toMap();
        InspectionReport.Builder report = new InspectionReport.Builder(format()).findings(findings);
        if (!"valid".equals(findings.get("header"))) {
            report.problem("the header: " + findings.get("header"));
        }
        return report.build();
    }
}
