package io.replsqlite.server.cli;

import io.replsqlite.server.wal.WalInspector;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/** SQLite's write-ahead log. */
final class WalFileInspector implements Inspector {
    private static final int MAGIC = 0x377f0682;

    @Override
    public String format() {
        return "SQLite WAL";
    }

    /** The last bit of the magic number tells the byte order of the checksums. */
    @Override
    public boolean recognises(Path file, byte[] first) {
        if (first.length == 0) {
            return file.toString().endsWith("-wal"); // as SQLite leaves it after a whole checkpoint
        }
        return first.length >= Integer.BYTES && (ByteBuffer.wrap(first).getInt() & ~1) == MAGIC;
    }

    @Override
    public InspectionReport inspect(Path file) throws IOException {
        try (FileChannel wal = FileChannel.open(file, StandardOpenOption.READ)) {
            Map<String, Object> findings = WalInspector.inspect(wal).toMap();
            InspectionReport.Builder report = new InspectionReport.Builder(format()).findings(findings);
            if ("invalid".equals(findings.get("header"))) {
                report.problem("the header is invalid");
            }
            return report.build();
        }
    }
}
