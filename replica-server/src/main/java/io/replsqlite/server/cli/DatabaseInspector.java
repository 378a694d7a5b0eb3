package io.replsqlite.server.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The 100-byte header of a SQLite database file (big-endian). Reads nothing beyond it: a file in use changes under the
 * reader, and what a commit left in the WAL does not show here.
 *
 * <pre>
 * offset size  meaning                          valid
 *      0   16  "SQLite format 3" and a zero
 *     16    2  page size                        power of two, 512..32768, or 1 for 65536
 *     18    1  write version                    1 rollback journal, 2 WAL
 *     19    1  read version                     1 or 2
 *     20    1  bytes reserved in each page      page size less this at least 480
 *     24    4  change counter
 *     28    4  pages                            meaningful only if offset 92 equals the change counter
 *     36    4  pages on the freelist
 *     40    4  schema cookie
 *     52    4  largest root page                0 unless auto-vacuum
 *     56    4  text encoding                    1 UTF-8, 2 UTF-16le, 3 UTF-16be; 0 before the first table
 *     60    4  user version
 *     64    4  incremental vacuum               0 no, else yes
 *     68    4  application id
 *     92    4  change counter at which offset 28 was written
 *     96    4  version of SQLite that wrote last
 * </pre>
 */
final class DatabaseInspector implements Inspector {
    private static final byte[] MAGIC = "SQLite format 3\0".getBytes(US_ASCII);
    private static final int HEADER_BYTES = 100;
    private static final int LEAST_USABLE_BYTES = 480;

    @Override
    public String format() {
        return "SQLite database";
    }

    @Override
    public boolean recognises(Path file, byte[] first) {
        return FirstBytes.startWith(first, MAGIC);
    }

    @Override
    public InspectionReport inspect(Path file) throws IOException {
        InspectionReport.Builder report = new InspectionReport.Builder(format());
        long sizeBytes = Files.size(file);
        report.field("file bytes", sizeBytes);
        ByteBuffer header = readHeader(file);
        if (header.remaining() < HEADER_BYTES) {
            return report.problem("the header of 100 bytes ends after " + header.remaining())
                    .build();
        }
        describePages(header, sizeBytes, report);
        describeVersions(header, report);
        describeSettings(header, report);
        return report.build();
    }

    private static ByteBuffer readHeader(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return ByteBuffer.wrap(in.readNBytes(HEADER_BYTES));
        }
    }

    private static void describePages(ByteBuffer header, long sizeBytes, InspectionReport.Builder report) {
        int stored = Short.toUnsignedInt(header.getShort(16));
        int pageSize = stored == 1 ? 65536 : stored;
        int reserved = Byte.toUnsignedInt(header.get(20));
        report.field("page size", pageSize).field("reserved per page", reserved);
        if (Integer.bitCount(pageSize) != 1 || pageSize < 512) {
            report.problem("the page size is no power of two from 512 to 65536");
            return;
        }
        if (pageSize - reserved < LEAST_USABLE_BYTES) {
            report.problem("fewer than " + LEAST_USABLE_BYTES + " bytes of a page are usable");
        }
        if (sizeBytes % pageSize != 0) {
            report.problem("the file is no whole number of pages");
        }
        describePageCount(header, sizeBytes / pageSize, report);
    }

    private static void describePageCount(ByteBuffer header, long pagesInFile, InspectionReport.Builder report) {
        long pages = Integer.toUnsignedLong(header.getInt(28));
        boolean current = pages != 0 && header.getInt(24) == header.getInt(92);
        report.field("pages", current ? pages : pagesInFile, current ? "by the header" : "by the file size");
        report.field("free pages", Integer.toUnsignedLong(header.getInt(36)));
        if (current && pages > pagesInFile) {
            report.problem("the header counts " + pages + " pages, the file holds " + pagesInFile);
        }
    }

    private static void describeVersions(ByteBuffer header, InspectionReport.Builder report) {
        int write = header.get(18);
        int read = header.get(19);
        report.field("journal", journalName(write));
        if (write < 1 || write > 2 || read < 1 || read > 2) {
            report.problem("write version " + write + ", read version " + read + ": each must be 1 or 2");
        }
        report.field("change counter", Integer.toUnsignedLong(header.getInt(24)));
        report.field("schema cookie", Integer.toUnsignedLong(header.getInt(40)));
        int version = header.getInt(96);
        report.field("sqlite version", version / 1_000_000 + "." + version / 1000 % 1000 + "." + version % 1000);
    }

    private static void describeSettings(ByteBuffer header, InspectionReport.Builder report) {
        int encoding = header.getInt(56);
        report.field("encoding", encodingName(encoding));
        if (encoding < 0 || encoding > 3) {
            report.problem("text encoding " + encoding + " does not exist");
        }
        report.field("auto vacuum", vacuumName(header.getInt(52), header.getInt(64)));
        report.field("user version", header.getInt(60));
        report.field("application id", header.getInt(68));
    }

    private static String journalName(int writeVersion) {
        return switch (writeVersion) {
            case 1 -> "rollback";
            case 2 -> "WAL";
            default -> "unknown";
        };
    }

    private static String encodingName(int encoding) {
        return switch (encoding) {
            case 0 -> "none yet";
            case 1 -> "UTF-8";
            case 2 -> "UTF-16le";
            case 3 -> "UTF-16be";
            default -> "unknown";
        };
    }

    private static String vacuumName(int largestRootPage, int incremental) {
        if (largestRootPage == 0) {
            return "none";
        }
        return incremental == 0 ? "full" : "incremental";
    }
}
