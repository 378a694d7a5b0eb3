package io.replsqlite.server.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.replsqlite.base.MonotonicClock;
import io.replsqlite.status.StatusPageException;
import io.replsqlite.status.StatusPageInspector;
import io.replsqlite.status.StatusPageReader;
import java.io.IOException;
import java.nio.file.Path;

/** A status page: what a node tells the drivers on its host of one database. */
final class StatusFileInspector implements Inspector {
    private static final byte[] MAGIC = "RSQLSTAT".getBytes(US_ASCII);

    @Override
    public String format() {
        return "status page";
    }

    @Override
    public boolean recognises(Path file, byte[] first) {
        return FirstBytes.startWith(first, MAGIC);
    }

    @Override
    public InspectionReport inspect(Path file) throws IOException {
        InspectionReport.Builder report = new InspectionReport.Builder(format());
        try {
            StatusPageReader page = StatusPageReader.open(file);
            report.findings(StatusPageInspector.fields(page.snapshot(), MonotonicClock.SYSTEM));
        } catch (StatusPageException damaged) {
            report.problem(String.valueOf(damaged.getMessage()));
        }
        return report.build();
    }
}
