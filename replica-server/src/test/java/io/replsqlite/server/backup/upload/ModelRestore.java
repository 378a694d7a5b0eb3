package io.replsqlite.server.backup.upload;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.StateChecksum;
import io.replsqlite.server.backup.layout.BackupObject;
import io.replsqlite.server.backup.layout.RoundCommit;
import io.replsqlite.server.backup.restore.BackupPlace;
import io.replsqlite.server.backup.restore.Planner;
import io.replsqlite.server.backup.restore.RestorePlan;
import io.replsqlite.server.backup.restore.RestorePoint;
import io.replsqlite.server.ltx.LtxDecoder;
import io.replsqlite.server.ltx.LtxPage;
import io.replsqlite.server.ltx.PageChecksum;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** What the files of a backup make, without a database. */
final class ModelRestore {
    private ModelRestore() {}

    /** The state that the pages add up to; it must be the one that the backup has on record. */
    static StateChecksum stateAt(BackupPlace place, RestorePoint point) throws IOException {
        RestorePlan plan = new Planner(place.catalogue(), place.generation()).plan(point);
        Map<Integer, Long> pages = new HashMap<>();
        for (BackupObject file : plan.files()) {
            pour(place.store().readAll(file.key()), pages);
        }
        for (RoundCommit step : plan.steps()) {
            pour(step.ltx(), pages);
        }
        long state = StateChecksum.EMPTY.bits();
        for (long checksum : pages.values()) {
            state = PageChecksum.toggle(state, checksum);
        }
        assertThat(plan.expected()).isNotNull();
        assertThat(plan.expected().position().checksum()).isEqualTo(new StateChecksum(state));
        return new StateChecksum(state);
    }

    private static void pour(byte[] ltx, Map<Integer, Long> pages) throws IOException {
        LtxDecoder decoder = new LtxDecoder();
        LtxPage page = new LtxPage();
        var header = decoder.begin(new ByteArrayInputStream(ltx));
        assertThat(header.commit()).isPositive();
        while (decoder.nextPage(page)) {
            pages.put(page.number(), page.checksum());
        }
        var trailer = decoder.finish();
        assertThat(trailer.postApplyChecksum()).isZero();
    }
}
