package io.replsqlite.server.ltx;

import io.replsqlite.base.Hex;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@link LtxInspector} found in a file, for people ({@link #toLines}) and for programs ({@link #toMap}).
 *
 * @param header null if not even that could be read
 * @param pages the first pages, as many as were asked for
 * @param pageCount all pages that could be read
 * @param trailer null unless the file is valid
 * @param problem why the file is not valid; null if it is
 */
public record LtxReport(
        @Nullable LtxHeader header,
        List<Page> pages,
        long pageCount,
        @Nullable LtxTrailer trailer,
        @Nullable String problem) {

    /** One page frame. */
    public record Page(int number, long offset, int frameBytes, LtxPage.Encoding encoding, long checksum) {
        static Page of(LtxPage page) {
            return new Page(page.number(), page.frameOffset(), page.frameBytes(), page.encoding(), page.checksum());
        }

        private Map<String, Object> toMap() {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("number", number);
            map.put("offset", offset);
            map.put("frameBytes", frameBytes);
            map.put("encoding", encoding.name().toLowerCase(java.util.Locale.ROOT));
            map.put("checksum", Hex.of(checksum));
            return map;
        }
    }

    public LtxReport {
        pages = List.copyOf(pages);
    }

    public boolean isValid() {
        return problem == null;
    }

    /** One fact a line, then one page a line. */
    public List<String> toLines() {
        List<String> lines = new ArrayList<>();
        facts().forEach((name, value) -> lines.add(String.format("%-18s %s", name, value)));
        for (Page page : pages) {
            lines.add(String.format(
                    "page %10d  offset %12d  size %6d  %-5s  checksum %s",
                    page.number,
                    page.offset,
                    page.frameBytes,
                    page.encoding.name().toLowerCase(java.util.Locale.ROOT),
                    Hex.of(page.checksum)));
        }
        if (pages.size() < pageCount) {
            lines.add("... and " + (pageCount - pages.size()) + " more pages");
        }
        return lines;
    }

    /** Strings, numbers, booleans, maps and lists only; what is unknown is absent. 64-bit values are hex strings. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = facts();
        map.put("pages", pages.stream().map(Page::toMap).toList());
        return map;
    }

    private Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("valid", isValid());
        if (problem != null) {
            facts.put("problem", problem);
        }
        if (header != null) {
            putHeader(facts, header);
        }
        facts.put("pageCount", pageCount);
        if (trailer != null) {
            facts.put("postApplyChecksum", Hex.of(trailer.postApplyChecksum()));
            facts.put("fileChecksum", Hex.of(trailer.fileChecksum()));
        }
        return facts;
    }

    private static void putHeader(Map<String, Object> facts, LtxHeader header) {
        facts.put("minTxid", header.minTxid().toString());
        facts.put("maxTxid", header.maxTxid().toString());
        facts.put("snapshot", header.isSnapshot());
        facts.put("pageSize", header.pageSize());
        facts.put("commit", header.commit());
        facts.put("timestampMillis", header.timestampMillis());
        facts.put("timestamp", Instant.ofEpochMilli(header.timestampMillis()).toString());
        facts.put("databaseChecksums", header.hasChecksums());
        facts.put("preApplyChecksum", Hex.of(header.preApplyChecksum()));
        facts.put("walOffset", header.walOffset());
        facts.put("walSize", header.walSize());
        facts.put("walSalt1", Integer.toHexString(header.walSalt1()));
        facts.put("walSalt2", Integer.toHexString(header.walSalt2()));
        facts.put("nodeId", Hex.of(header.nodeId()));
    }
}
