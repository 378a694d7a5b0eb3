package io.replsqlite.server.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PageSpoolTest {
    private static final int PAGE = 512;

    @TempDir
    Path directory;

    private static byte[] content(long version) {
        byte[] page = new byte[PAGE];
        new Random(version).nextBytes(page);
        return page;
    }

    private static void assertHolds(PageSpool spool, TreeMap<Integer, Long> model, String why) throws Exception {
        int[] expected = model.keySet().stream().mapToInt(page -> page).toArray();
        assertThat(spool.sortedPages()).as(why).isEqualTo(expected);
        PageChecksums.Changes changes = spool.changes();
        assertThat(changes.pageNumbers()).as(why).isEqualTo(expected);
        assertThat(Arrays.copyOf(changes.checksums(), changes.count()))
                .as(why)
                .isEqualTo(model.values().stream().mapToLong(version -> version).toArray());
        ByteBuffer read = ByteBuffer.allocate(PAGE);
        for (Map.Entry<Integer, Long> entry : model.entrySet()) {
            spool.read(entry.getKey(), read.clear());
            assertThat(read.array()).as(why + ", page " + entry.getKey()).isEqualTo(content(entry.getValue()));
        }
    }

    @Test
    void holdsTheNewestVersionOfEachPageLikeATreeMapAlsoWhenItSpillsShrinksAndGrowsAgain() throws Exception {
        for (long seed = 1; seed <= 30; seed++) {
            Random random = new Random(seed);
            TreeMap<Integer, Long> model = new TreeMap<>();
            try (PageSpool spool = new PageSpool(directory.resolve("spool"), 20 * PAGE)) {
                for (int round = 0; round < 2; round++) {
                    spool.start(PAGE);
                    model.clear();
                    int databasePages = 100;
                    spool.setDatabasePages(databasePages);
                    long version = 1;
                    for (int step = 0; step < 200; step++) {
                        if (random.nextInt(20) == 0) {
                            databasePages = 1 + random.nextInt(400);
                            spool.setDatabasePages(databasePages);
                            model.tailMap(databasePages, false).clear();
                        }
                        int page = 1 + random.nextInt(databasePages);
                        model.put(page, version);
                        spool.put(page, content(version), 0, version);
                        version++;
                    }
                    assertHolds(spool, model, "seed " + seed);
                }
                spool.release();
                spool.start(PAGE);
                assertThat(spool.isEmpty()).isTrue();
            }
            assertThat(directory.resolve("spool")).doesNotExist();
        }
    }

    @Test
    void slotsSurviveGrowthAndForgettingAboveALimit() {
        PageSlots slots = new PageSlots();
        for (int page = 1; page <= 5000; page++) {
            slots.put(page * 7, page);
        }
        slots.removeAbove(7 * 2500);
        for (int page = 1; page <= 5000; page++) {
            assertThat(slots.get(page * 7)).isEqualTo(page <= 2500 ? page : -1);
        }
        assertThat(slots.sortedPages(70)).containsExactly(7, 14, 21, 28, 35, 42, 49, 56, 63, 70);
        slots.clear();
        assertThat(slots.get(7)).isEqualTo(-1);
    }
}
