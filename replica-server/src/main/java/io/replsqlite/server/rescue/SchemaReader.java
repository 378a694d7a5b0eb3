package io.replsqlite.server.rescue;

import io.replsqlite.server.btree.BtreePage;
import io.replsqlite.server.btree.DatabaseFormat;
import io.replsqlite.server.btree.PageView;
import io.replsqlite.server.btree.RecordValues;
import io.replsqlite.server.btree.TreeShape;
import io.replsqlite.server.btree.UnreadablePageException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a database consists of at one moment. */
final class SchemaReader {
    static final String SCHEMA_TABLE = "sqlite_schema";
    private static final int SCHEMA_ROOT = 1;
    private static final int NAME = 1;
    private static final int ROOT = 3;
    private static final int SQL = 4;

    private final ColumnReader columns;

    /**
     * @param tables by name, {@code sqlite_schema} first
     * @param indexRoots the pages at which indexes begin
     */
    record Schema(Map<String, Table> tables, List<Integer> indexRoots) {
        static final Schema NOTHING = new Schema(Map.of(), List.of());
    }

    SchemaReader(ColumnReader columns) {
        this.columns = columns;
    }

    /**
     * @param earlier the tables at an earlier moment, whose shapes hold where none of their inner pages has changed since
     * @throws UnreadablePageException if the schema itself cannot be read
     */
    Schema read(PageView view, DatabaseFormat format, Schema earlier, BitSet changed) throws IOException {
        Map<String, Table> tables = new LinkedHashMap<>();
        List<Integer> indexRoots = new ArrayList<>();
        TreeShape schema = TreeShape.of(view, SCHEMA_ROOT, format);
        tables.put(SCHEMA_TABLE, new Table(SCHEMA_TABLE, SCHEMA_ROOT, "", TableColumns.SCHEMA, schema, null));
        BitSet pages = schema.rowPages();
        for (int page = pages.nextSetBit(0); page >= 0; page = pages.nextSetBit(page + 1)) {
            BtreePage leaf = BtreePage.of(view, page, format);
            for (int i = 0; i < leaf.cells(); i++) {
                byte[] record = leaf.cell(i).payload(view, format, seen -> {});
                List<@Nullable Object> row = RecordValues.of(record, format);
                Table table = tableOf(row, view, format, earlier.tables(), changed);
                if (table != null) {
                    tables.put(table.name(), table);
                } else if (row.size() > ROOT && "index".equals(row.get(0)) && row.get(ROOT) instanceof Long root) {
                    indexRoots.add(root.intValue());
                }
            }
        }
        return new Schema(tables, indexRoots);
    }

    /** Null for an index, a view, a trigger, and for a table without pages of its own. */
    private @Nullable Table tableOf(
            List<@Nullable Object> row,
            PageView view,
            DatabaseFormat format,
            Map<String, Table> earlier,
            BitSet changed)
            throws IOException {
        if (row.size() <= SQL
                || !"table".equals(row.get(0))
                || !(row.get(NAME) instanceof String name)
                || !(row.get(ROOT) instanceof Long root)
                || root < 1
                || root > Integer.MAX_VALUE
                || !(row.get(SQL) instanceof String sql)) {
            return null;
        }
        TableColumns described = null;
        Table before = earlier.get(name);
        if (before != null && before.root() == root && before.sql().equals(sql)) {
            if (before.shape() != null && before.shape().survives(changed)) {
                return before;
            }
            described = before.columns();
        }
        if (described == null) {
            described = columns.of(name, sql);
        }
        try {
            TreeShape shape = TreeShape.of(view, root.intValue(), format);
            return new Table(name, root.intValue(), sql, described, shape, null);
        } catch (UnreadablePageException unknown) {
            return new Table(name, root.intValue(), sql, described, null, unknown.getMessage());
        }
    }
}
