package io.replsqlite.server.rescue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What tells a row from the others of its table: the rowid, or else the primary key.
 *
 * @param columns the key's columns by name; empty in a table with rowids
 */
record RowKey(boolean isRowid, long rowid, ObjectNode columns) {
    private static final ObjectNode NO_COLUMNS = JsonNodeFactory.instance.objectNode();

    static RowKey ofRowid(long rowid) {
        return new RowKey(true, rowid, NO_COLUMNS);
    }

    static RowKey of(ObjectNode columns) {
        return new RowKey(false, 0, columns);
    }
}
