package io.replsqlite.server.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.replsqlite.server.log.LogInspector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A segment of a node's log: header, records, and where and why it ends. */
final class LogSegmentInspector implements Inspector {
    private static final byte[] MAGIC = "RSQLLOG1".getBytes(US_ASCII);

    @Override
    public String format() {
        return "log segment";
    }

    @Override
    public boolean recognises(Path file, byte[] first) {
        return FirstBytes.startWith(first, MAGIC);
    }

    @Override
    public InspectionReport inspect(Path file) throws IOException {
        List<Map<String, Object>> entries = LogInspector.inspect(file);
        InspectionReport.Builder report = new InspectionReport.Builder(format());
        report.field("file bytes", Files.size(file));
        report.field("records", Math.max(0, entries.size() - 2));
        LogInspector.lines(file).forEach(report::line);
        report.list("entries", entries);
        for (Map<String, Object> entry : entries) {
            if (Boolean.FALSE.equals(entry.get("valid"))) {
                report.problem("the record at offset " + entry.get("offset") + " fails its checksum");
            }
        }
        Object reason = entries.get(entries.size() - 1).get("reason");
        if (reason instanceof String text && text.startsWith("no valid")) {
            report.problem("offset " + entries.get(entries.size() - 1).get("offset") + ": " + text);
        }
        return report.build();
    }
}
