package io.replsqlite.server.wal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Describes a WAL file of any provenance for people and for JSON. Damage is a finding, never an exception. */
public final class WalInspector {
    private static final int MAX_TRANSACTIONS_SHOWN = 1000;

    private final Map<String, Object> findings = new LinkedHashMap<>();

    private WalInspector() {}

    /** Reads the whole file; only an I/O error is thrown. */
    public static WalInspector inspect(FileChannel wal) throws IOException {
        WalInspector inspector = new WalInspector();
        inspector.findings.put("fileBytes", wal.size());
        WalHeader header = WalHeader.read(wal);
        if (header == null) {
            inspector.findings.put("header", wal.size() == 0 ? "empty file" : "invalid");
        } else {
            inspector.describe(header);
            inspector.describeFrames(wal, header);
        }
        return inspector;
    }

    private void describe(WalHeader header) {
        findings.put("header", "valid");
        findings.put("pageSize", header.pageSize());
        findings.put("checksumWords", header.bigEndianChecksum() ? "big-endian" : "little-endian");
        findings.put("checkpointSequence", Integer.toUnsignedLong(header.checkpointSequence()));
        findings.put("salt1", Integer.toHexString(header.salt1()));
        findings.put("salt2", Integer.toHexString(header.salt2()));
    }

    private void describeFrames(FileChannel wal, WalHeader header) throws IOException {
        WalReader reader = new WalReader(wal, header);
        WalTransaction transaction = new WalTransaction();
        List<Map<String, Object>> shown = new ArrayList<>();
        int transactions = 0;
        while (reader.next(WalReader.TO_END, transaction)) {
            transactions++;
            if (shown.size() < MAX_TRANSACTIONS_SHOWN) {
                shown.add(describe(transaction));
            }
        }
        int frameBytes = WalFrame.HEADER_BYTES + header.pageSize();
        long fileFrames = Math.max(0, wal.size() - WalHeader.BYTES) / frameBytes;
        findings.put("framesInFile", fileFrames);
        findings.put("framesCommitted", reader.mark().frame());
        findings.put("framesBehindTheLastCommit", fileFrames - reader.mark().frame());
        findings.put("transactions", transactions);
        findings.put("transactionList", shown);
    }

    private static Map<String, Object> describe(WalTransaction transaction) {
        Map<String, Object> description = new LinkedHashMap<>();
        description.put("firstFrame", transaction.firstFrame());
        description.put("lastFrame", transaction.after().frame());
        description.put("pages", transaction.pageCount());
        description.put("databaseSizePages", Integer.toUnsignedLong(transaction.databaseSizePages()));
        return description;
    }

    /** For JSON: names, numbers, and a list of transactions (the first thousand). */
    public Map<String, Object> toMap() {
        return findings;
    }

    public List<String> lines() {
        return InspectorText.lines(findings);
    }
}
