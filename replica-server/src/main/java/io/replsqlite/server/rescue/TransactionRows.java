package io.replsqlite.server.rescue;

import io.replsqlite.server.btree.BtreePage;
import io.replsqlite.server.btree.DatabaseFormat;
import io.replsqlite.server.btree.TreeShape;
import io.replsqlite.server.btree.UnreadablePageException;
import io.replsqlite.server.rescue.SchemaReader.Schema;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Takes the transactions of a tail and writes the lines of their rows. */
final class TransactionRows implements CommitVisitor {
    private final PageLayers layers;
    private final SchemaReader schema;
    private final RowLines lines;
    private final BooleanSupplier isOutOfTime;
    private BitSet changed = new BitSet();

    /** What there was before the transaction at hand; null if that is not known. */
    private @Nullable Schema known;

    /** @param isOutOfTime asked before each transaction; from then on only pages are told */
    TransactionRows(PageLayers layers, ColumnReader columns, RowLines lines, BooleanSupplier isOutOfTime) {
        this.layers = layers;
        this.isOutOfTime = isOutOfTime;
        this.schema = new SchemaReader(columns);
        this.lines = lines;
    }

    @Override
    public void begin(TailCommit commit) {
        lines.begin(commit);
        layers.begin();
        changed = new BitSet();
    }

    @Override
    public void page(int pageNumber, byte[] bytes) throws IOException {
        layers.put(pageNumber, bytes);
        changed.set(pageNumber);
    }

    @Override
    public void end() throws IOException {
        try {
            tell();
        } catch (UnreadablePageException unreadable) {
            known = null;
            lines.pages(null, changed, String.valueOf(unreadable.getMessage()));
        } catch (RuntimeException malformed) {
            known = null;
            lines.pages(null, changed, "the pages cannot be understood: " + malformed);
        }
        layers.end();
    }

    private void tell() throws IOException {
        if (isOutOfTime.getAsBoolean()) {
            throw new UnreadablePageException("there was no time left to tell its rows");
        }
        DatabaseFormat format = DatabaseFormat.of(layers::after);
        Schema before = before(format);
        Schema after = schema.read(layers::after, format, before, changed);
        known = after;
        BitSet overflow = new BitSet();
        RowComparison comparison = new RowComparison(layers::before, layers::after, format, lines, overflow);
        Set<String> done = new HashSet<>();
        for (Table table : after.tables().values()) {
            Table earlier = earlierOf(table, before.tables(), after.tables());
            comparison.compare(earlier, table, changed);
            if (earlier != null) {
                done.add(earlier.name());
            }
        }
        for (Table gone : before.tables().values()) {
            if (!done.contains(gone.name())) {
                comparison.compare(gone, null, changed);
            }
        }
        tellTheRest(before, after, format, comparison, overflow);
    }

    private Schema before(DatabaseFormat format) throws IOException {
        Schema found = known;
        return found != null ? found : schema.read(layers::before, format, Schema.NOTHING, new BitSet());
    }

    /** The same table by name, or else, renamed, by its root page and the rest of its definition. */
    private static @Nullable Table earlierOf(Table table, Map<String, Table> before, Map<String, Table> after) {
        Table sameName = before.get(table.name());
        if (sameName != null) {
            return sameName;
        }
        return before.values().stream()
                .filter(one -> one.root() == table.root() && !after.containsKey(one.name()))
                .filter(one -> definition(one).equals(definition(table)))
                .findFirst()
                .orElse(null);
    }

    /** What stands behind the name. */
    private static String definition(Table table) {
        return table.sql().substring(Math.max(0, table.sql().indexOf('(')));
    }

    /** Changed pages that belong to no row looked at so far: overflow pages overwritten in place, unless they are free. */
    private void tellTheRest(
            Schema before, Schema after, DatabaseFormat format, RowComparison comparison, BitSet overflow)
            throws IOException {
        BitSet rest = (BitSet) changed.clone();
        rest.andNot(overflow);
        rest.clear(1);
        boolean isWhole = true;
        for (Table table : after.tables().values()) {
            isWhole &= without(rest, table.shape());
        }
        for (Table table : before.tables().values()) {
            isWhole &= without(rest, table.shape());
        }
        if (!isWhole) {
            return; // the table's own line says so
        }
        removeFree(rest, format);
        removeIndexes(rest, format);
        for (Table table : after.tables().values()) {
            comparison.compareOverflow(table, changed, rest);
        }
        for (int root : after.indexRoots()) {
            removeOverflowOfIndex(rest, root, format);
        }
        if (!rest.isEmpty()) {
            lines.pages(null, rest, "no row was found to which these pages belong");
        }
    }

    private static boolean without(BitSet pages, @Nullable TreeShape shape) {
        if (shape != null) {
            pages.andNot(shape.interior());
            pages.andNot(shape.leaves());
        }
        return shape != null;
    }

    private void removeFree(BitSet pages, DatabaseFormat format) throws IOException {
        BitSet seen = new BitSet();
        int trunk = format.freelistTrunk();
        while (trunk > 0 && !seen.get(trunk)) {
            seen.set(trunk);
            ByteBuffer list = ByteBuffer.wrap(layers.after(trunk));
            pages.clear(trunk);
            int leaves = Math.min(list.getInt(4), format.usableBytes() / 4 - 2);
            for (int i = 0; i < leaves; i++) {
                pages.clear(Math.max(0, list.getInt(8 + 4 * i)));
            }
            trunk = list.getInt(0);
        }
        removePointerMap(pages, format);
    }

    /** A database with auto_vacuum has a page that says who points where in front of each so many pages. */
    private void removePointerMap(BitSet pages, DatabaseFormat format) throws IOException {
        if (ByteBuffer.wrap(layers.after(1)).getInt(52) != 0) {
            int distance = format.usableBytes() / 5 + 1;
            for (int page = 2; page > 0 && page <= pages.length(); page += distance) {
                pages.clear(page);
            }
        }
    }

    /** Pages of indexes, and the overflow pages of long keys on them. */
    private void removeIndexes(BitSet pages, DatabaseFormat format) throws IOException {
        BitSet candidates = (BitSet) pages.clone();
        for (int number = candidates.nextSetBit(0); number >= 0; number = candidates.nextSetBit(number + 1)) {
            try {
                BtreePage page = BtreePage.of(layers::after, number, format);
                pages.clear(number);
                for (int i = 0; !page.isOfTable() && i < page.cells(); i++) {
                    byte[] ignored = page.cell(i).payload(layers::after, format, pages::clear);
                }
            } catch (UnreadablePageException noIndex) {
                pages.set(number, candidates.get(number));
            }
        }
    }

    /** Where pages move, as with auto_vacuum, the chain of a long key changes and no page of the index does. */
    private void removeOverflowOfIndex(BitSet pages, int root, DatabaseFormat format) throws IOException {
        if (pages.isEmpty()) {
            return;
        }
        BitSet index = TreeShape.of(layers::after, root, format).rowPages();
        for (int number = index.nextSetBit(0); number >= 0; number = index.nextSetBit(number + 1)) {
            BtreePage page = BtreePage.of(layers::after, number, format);
            for (int i = 0; i < page.cells(); i++) {
                byte[] ignored = page.cell(i).payload(layers::after, format, pages::clear);
            }
        }
    }
}
