package io.replsqlite.server.rescue;

import io.replsqlite.server.btree.TreeShape;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * One table at one moment.
 *
 * @param shape its pages; null if a page that leads to them is not known
 * @param problem why there is no shape; null if there is
 */
record Table(
        String name,
        int root,
        String sql,
        TableColumns columns,
        @Nullable TreeShape shape,
        @Nullable String problem) {

    /** Pages on which rows stand; none if they are not known, or for a table that is not there. */
    static BitSet rowPages(@Nullable Table table) {
        return table == null || table.shape == null ? new BitSet() : table.shape.rowPages();
    }
}
