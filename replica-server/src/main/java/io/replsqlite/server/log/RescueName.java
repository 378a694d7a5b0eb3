package io.replsqlite.server.log;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The directory name of a log set aside: sortable by time, harmless as a file name. */
final class RescueName {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssSSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private RescueName() {}

    static String of(long wallMillis, String reason) {
        String safeReason = reason.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
        return TIME.format(Instant.ofEpochMilli(wallMillis)) + "-" + safeReason;
    }
}
