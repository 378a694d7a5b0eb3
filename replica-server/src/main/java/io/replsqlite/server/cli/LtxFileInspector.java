package io.replsqlite.server.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.replsqlite.server.ltx.LtxInspector;
import io.replsqlite.server.ltx.LtxReport;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** LTX: the change set of one or more commits, or a snapshot. */
final class LtxFileInspector implements Inspector {
    private static final byte[] MAGIC = "LTX1".getBytes(US_ASCII);
    private static final int LISTED_PAGES = 1000;

    @Override
    public String format() {
        return "LTX";
    }

    @Override
    public boolean recognises(Path file, byte[] first) {
        return FirstBytes.startWith(first, MAGIC);
    }

    @Override
    public InspectionReport inspect(Path file) throws IOException {
        InspectionReport.Builder report = new InspectionReport.Builder(format());
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            LtxReport found = LtxInspector.inspect(in, LISTED_PAGES);
            Map<String, Object> findings = new LinkedHashMap<>(found.toMap());
            findings.remove("valid"); // said below, with the problem
            findings.remove("problem");
            report.findings(findings);
            if (found.problem() != null) {
                report.problem(found.problem());
            }
        }
        return report.build();
    }
}
