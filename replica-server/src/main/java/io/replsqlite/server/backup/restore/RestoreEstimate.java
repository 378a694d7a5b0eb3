package io.replsqlite.server.backup.restore;

import io.replsqlite.base.MonotonicClock;
import io.replsqlite.server.backup.layout.BackupObject;
import io.replsqlite.server.ltx.LtxDecoder;
import io.replsqlite.server.ltx.LtxFormat;
import io.replsqlite.server.ltx.LtxFormatException;
import io.replsqlite.server.ltx.LtxHeader;
import io.replsqlite.server.ltx.LtxPage;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * How large a restored database will be and how long that takes, from reading a part of it.
 *
 * @param sampleBytes how much was downloaded and decoded to tell
 */
public record RestoreEstimate(long databaseBytes, long millis, long sampleBytes) {
    private static final long SAMPLE_BYTES = 32L << 20;

    /** As the header of the last file says: asks for that alone. */
    public static long databaseBytes(BackupPlace place, RestorePlan plan) throws IOException {
        List<BackupObject> files = plan.files();
        BackupObject last = files.get(files.size() - 1);
        byte[] bytes = place.store().read(last.key(), 0, LtxFormat.HEADER_BYTES);
        try {
            LtxHeader header = LtxHeader.read(bytes, 0);
            return (long) header.pageSize() * header.commit();
        } catch (LtxFormatException damaged) {
            throw damaged.in(last.key());
        }
    }

    /** Downloads and decodes up to 32 MiB. Does not know how fast the target's disk is. */
    public static RestoreEstimate of(BackupPlace place, RestorePlan plan, MonotonicClock clock) throws IOException {
        long began = clock.nanoTime();
        long sampled = 0;
        long databaseBytes = 0;
        LtxDecoder decoder = new LtxDecoder();
        LtxPage page = new LtxPage();
        List<BackupObject> files = plan.files();
        try (Downloads downloads = new Downloads(place.store(), files)) {
            for (int i = 0; i < files.size() && sampled < SAMPLE_BYTES; i++) {
                try (InputStream ltx = downloads.next()) {
                    LtxHeader header = decoder.begin(ltx);
                    databaseBytes = (long) header.pageSize() * header.commit();
                    boolean whole = true;
                    while (whole && decoder.nextPage(page)) {
                        sampled += page.frameBytes();
                        whole = sampled < SAMPLE_BYTES;
                    }
                    if (whole) {
                        var ignored = decoder.finish();
                    }
                } catch (LtxFormatException damaged) {
                    throw damaged.in(files.get(i).key());
                }
            }
        }
        long millis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(clock.nanoTime() - began));
        return new RestoreEstimate(databaseBytes, millis * plan.bytes() / Math.max(1, sampled), sampled);
    }
}
