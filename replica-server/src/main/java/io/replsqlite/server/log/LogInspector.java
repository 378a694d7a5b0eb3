package io.replsqlite.server.log;

import io.replsqlite.server.log.Segment.RecordHeaders;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Shows a segment file to people; reads only, and needs no log. */
public final class LogInspector {
    private LogInspector() {}

    /**
     * The header, then each record, then where and why it ends; fields in order, values plain (text,
     * number, list).
     */
    public static List<Map<String, Object>> inspect(Path segmentFile) throws IOException {
        List<Map<String, Object>> entries = new ArrayList<>();
        try (FileChannel channel = FileChannel.open(segmentFile, StandardOpenOption.READ)) {
            SegmentHeader header = SegmentHeader.read(channel);
            if (header == null) {
                entries.add(Map.of("type", "end", "offset", 0L, "reason", "no valid segment header"));
                return entries;
            }
            entries.add(describe(header));
            addRecords(new Segment(segmentFile, header), channel, entries);
        }
        return entries;
    }

    /** The same as text, one line per entry. */
    public static List<String> lines(Path segmentFile) throws IOException {
        return inspect(segmentFile).stream().map(LogInspector::line).toList();
    }

    private static String line(Map<String, Object> entry) {
        StringBuilder line = new StringBuilder();
        entry.forEach((name, value) -> line.append(line.length() == 0 ? "" : " ")
                .append(name)
                .append('=')
                .append(value));
        return line.toString();
    }

    private static Map<String, Object> describe(SegmentHeader header) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("type", "segment");
        fields.put("databaseId", header.databaseId().toString());
        fields.put("firstSequence", header.firstSequence());
        fields.put("previousFirstSequence", header.previousFirstSequence());
        fields.put("base", header.base().toString());
        fields.put("createdMillis", header.createdMillis());
        fields.put(
                "tenures",
                header.tenures().stream()
                        .map(each -> each.epoch() + "@" + each.firstTxid() + "=" + each.holder())
                        .toList());
        return fields;
    }

    private static void addRecords(Segment segment, FileChannel channel, List<Map<String, Object>> entries)
            throws IOException {
        ByteBuffer scratch = ByteBuffer.allocate(LogFormat.RECORD_HEADERS_BYTES);
        long offset = segment.headerLength();
        RecordHeaders record = segment.readHeaders(channel, scratch, offset);
        while (record != null) {
            entries.add(describe(record, channel));
            offset = record.local().end();
            record = segment.readHeaders(channel, scratch, offset);
        }
        Map<String, Object> end = new LinkedHashMap<>();
        end.put("type", "end");
        end.put("offset", offset);
        end.put("fileLength", channel.size());
        end.put("reason", endReason(firstInt(channel, offset)));
        entries.add(end);
    }

    private static String endReason(@Nullable Integer magic) {
        if (magic == null) {
            return "end of file";
        }
        return magic == 0 ? "zeros" : "no valid record headers";
    }

    private static @Nullable Integer firstInt(FileChannel channel, long offset) throws IOException {
        ByteBuffer magic = ByteBuffer.allocate(Integer.BYTES);
        return channel.read(magic, offset) < Integer.BYTES ? null : Integer.valueOf(magic.getInt(0));
    }

    private static Map<String, Object> describe(RecordHeaders record, FileChannel channel) throws IOException {
        LocalHeader local = record.local();
        BodyHeader body = record.body();
        long bodyOffset = local.offset() + LogFormat.LOCAL_HEADER_BYTES;
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("type", body.kind().name());
        fields.put("offset", local.offset());
        fields.put("sequence", local.sequence());
        fields.put("position", body.position().toString());
        fields.put("previousChecksum", body.previousChecksum().toString());
        fields.put("timestampMillis", body.timestampMillis());
        fields.put("pageSize", body.pageSize());
        fields.put("databasePages", body.databasePages());
        fields.put("attachmentBytes", body.attachmentLength());
        fields.put("ltxBytes", body.ltxLength());
        fields.put("syncedThrough", local.syncedThrough());
        fields.put("walMark", local.walMark().toString());
        fields.put("valid", BodyCheck.isIntact(channel, bodyOffset, body));
        return fields;
    }
}
