package io.replsqlite.server.rescue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.replsqlite.server.btree.BtreePage;
import io.replsqlite.server.btree.Cell;
import io.replsqlite.server.btree.DatabaseFormat;
import io.replsqlite.server.btree.PageView;
import io.replsqlite.server.btree.RecordValues;
import io.replsqlite.server.btree.UnreadablePageException;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One table before and after one transaction. A row can only have changed if it stands on a page that has changed, or that
 * has come to the table or left it; all others are on the same page with the same bytes.
 */
final class RowComparison {
    /** So many rows of one table are held at a time, by key. */
    private static final int MAX_ROWS = 200_000;

    private final PageView viewBefore;
    private final PageView viewAfter;
    private final DatabaseFormat format;
    private final RowLines lines;
    private final BitSet overflowSeen;

    /** @param overflowSeen gets the number of every overflow page of a row that was looked at */
    RowComparison(PageView viewBefore, PageView viewAfter, DatabaseFormat format, RowLines lines, BitSet overflowSeen) {
        this.viewBefore = viewBefore;
        this.viewAfter = viewAfter;
        this.format = format;
        this.lines = lines;
        this.overflowSeen = overflowSeen;
    }

    /** Where a row stood. */
    private record Place(int page, int cell) {}

    /** @param changed the pages of the transaction */
    void compare(@Nullable Table before, @Nullable Table after, BitSet changed) throws IOException {
        BitSet pagesBefore = Table.rowPages(before);
        BitSet pagesAfter = Table.rowPages(after);
        BitSet left = affected(pagesBefore, pagesAfter, changed);
        BitSet come = affected(pagesAfter, pagesBefore, changed);
        if (left.isEmpty() && come.isEmpty() && !isUnknown(before) && !isUnknown(after)) {
            return;
        }
        try {
            compareRows(before, after, left, come);
        } catch (UnreadablePageException unreadable) {
            Table table = after != null ? after : before;
            come.or(left);
            lines.pages(table == null ? null : table.name(), come, String.valueOf(unreadable.getMessage()));
        }
    }

    private static boolean isUnknown(@Nullable Table table) {
        return table != null && table.shape() == null;
    }

    private static BitSet affected(BitSet pages, BitSet others, BitSet changed) {
        BitSet moved = (BitSet) pages.clone();
        moved.andNot(others);
        BitSet affected = (BitSet) pages.clone();
        affected.and(changed);
        affected.or(moved);
        return affected;
    }

    private void compareRows(@Nullable Table before, @Nullable Table after, BitSet left, BitSet come)
            throws IOException {
        if (after != null && after.shape() == null) {
            throw new UnreadablePageException(String.valueOf(after.problem()));
        }
        Map<Object, Place> known = new HashMap<>();
        String gap = before == null ? null : before.problem();
        if (before != null && gap == null) {
            gap = collect(before, left, known);
        }
        if (before != null) {
            tellDeleted(before, gone(known, after, come));
        }
        if (after != null) {
            for (int page = come.nextSetBit(0); page >= 0; page = come.nextSetBit(page + 1)) {
                compareNew(before, after, page, known, gap);
            }
        }
    }

    /** Those of which there is no row any more, in the order of their pages. */
    private List<Place> gone(Map<Object, Place> known, @Nullable Table after, BitSet come) throws IOException {
        Set<Object> gone = new HashSet<>(known.keySet());
        if (after != null) {
            for (int number = come.nextSetBit(0); number >= 0; number = come.nextSetBit(number + 1)) {
                BtreePage page = BtreePage.of(viewAfter, number, format);
                for (int i = 0; i < page.cells(); i++) {
                    gone.remove(hashed(keyOf(after, page.cell(i), viewAfter)));
                }
            }
        }
        return known.entrySet().stream()
                .filter(row -> gone.contains(row.getKey()))
                .map(Map.Entry::getValue)
                .sorted(Comparator.comparingInt(Place::page).thenComparingInt(Place::cell))
                .toList();
    }

    /** Notes the rows of these pages; answers why not all of them, or null. */
    private @Nullable String collect(Table table, BitSet pages, Map<Object, Place> into) throws IOException {
        String gap = null;
        for (int number = pages.nextSetBit(0); number >= 0; number = pages.nextSetBit(number + 1)) {
            try {
                BtreePage page = BtreePage.of(viewBefore, number, format);
                for (int i = 0; i < page.cells(); i++) {
                    into.put(hashed(keyOf(table, page.cell(i), viewBefore)), new Place(number, i));
                }
            } catch (UnreadablePageException unknown) {
                gap = unknown.getMessage();
            }
            if (into.size() > MAX_ROWS) {
                throw new UnreadablePageException("more than " + MAX_ROWS + " rows are on the pages that changed");
            }
        }
        return gap;
    }

    private void compareNew(
            @Nullable Table before, Table after, int number, Map<Object, Place> known, @Nullable String gap)
            throws IOException {
        BtreePage page = BtreePage.of(viewAfter, number, format);
        for (int i = 0; i < page.cells(); i++) {
            Cell cell = page.cell(i);
            RowKey key = keyOf(after, cell, viewAfter);
            Place place = known.get(hashed(key));
            byte[] now = payload(cell, viewAfter);
            if (place == null || before == null) {
                lines.row(gap == null ? "insert" : "unknown", after, key, null, values(after, cell, now), gap);
            } else {
                Cell old = cellAt(place);
                byte[] then = payload(old, viewBefore);
                if (!Arrays.equals(then, now)) {
                    lines.row("update", after, key, values(before, old, then), values(after, cell, now), null);
                }
            }
        }
    }

    private void tellDeleted(Table before, List<Place> places) throws IOException {
        for (Place place : places) {
            Cell cell = cellAt(place);
            RowKey key = keyOf(before, cell, viewBefore);
            lines.row("delete", before, key, values(before, cell, payload(cell, viewBefore)), null, null);
        }
    }

    /**
     * Rows that stand on unchanged pages and yet have changed: SQLite overwrites overflow pages in place where the length
     * stays. Looks through the whole table, and takes what it has found out of {@code unexplained}.
     */
    void compareOverflow(Table table, BitSet changed, BitSet unexplained) throws IOException {
        BitSet pages = Table.rowPages(table);
        pages.andNot(changed);
        for (int number = pages.nextSetBit(0);
                number >= 0 && !unexplained.isEmpty();
                number = pages.nextSetBit(number + 1)) {
            BtreePage page = BtreePage.of(viewAfter, number, format);
            for (int i = 0; i < page.cells(); i++) {
                Cell cell = page.cell(i);
                if (cell.firstOverflow() != 0) {
                    compareOverflow(table, cell, unexplained);
                }
            }
        }
    }

    private void compareOverflow(Table table, Cell cell, BitSet unexplained) throws IOException {
        BitSet chain = new BitSet();
        byte[] now = cell.payload(viewAfter, format, chain::set);
        if (!chain.intersects(unexplained)) {
            return;
        }
        unexplained.andNot(chain);
        RowKey key = keyOf(table, cell, viewAfter);
        try {
            byte[] then = payload(cell, viewBefore); // an unchanged page: the same cell
            if (!Arrays.equals(then, now)) {
                lines.row("update", table, key, values(table, cell, then), values(table, cell, now), null);
            }
        } catch (UnreadablePageException gap) {
            lines.row("unknown", table, key, null, values(table, cell, now), gap.getMessage());
        }
    }

    private Cell cellAt(Place place) throws IOException {
        return BtreePage.of(viewBefore, place.page(), format).cell(place.cell());
    }

    private byte[] payload(Cell cell, PageView view) throws IOException {
        return cell.payload(view, format, overflowSeen::set);
    }

    private ObjectNode values(Table table, Cell cell, byte[] payload) throws IOException {
        boolean isOfTable = table.shape() != null && table.shape().isOfTable();
        return RowLines.values(table.columns(), isOfTable ? cell.rowid() : null, RecordValues.of(payload, format));
    }

    /** Rows of the schema go by type and name: VACUUM gives them new rowids, which is no news. */
    private RowKey keyOf(Table table, Cell cell, PageView view) throws IOException {
        boolean isSchema = table.name().equals(SchemaReader.SCHEMA_TABLE);
        if (!isSchema && table.shape() != null && table.shape().isOfTable()) {
            return RowKey.ofRowid(cell.rowid());
        }
        if (table.columns().columns().isEmpty()) {
            throw new UnreadablePageException(
                    "the definition of " + table.name() + " cannot be read here, so that its primary key is not known");
        }
        byte[] payload = payload(cell, view);
        return RowKey.of(RowLines.key(table.columns(), RecordValues.of(payload, format)));
    }

    private static Object hashed(RowKey key) {
        return key.isRowid() ? key.rowid() : key.columns().toString();
    }
}
