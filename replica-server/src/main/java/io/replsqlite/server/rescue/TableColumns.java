package io.replsqlite.server.rescue;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a table in the order in which its records have them.
 *
 * @param rowidAlias the column that is the rowid, which the record has as NULL; null for none
 */
record TableColumns(List<Column> columns, @Nullable String rowidAlias) {
    static final TableColumns NONE = new TableColumns(List.of(), null);
    static final TableColumns SCHEMA = new TableColumns(
            List.of(
                    new Column("type", true, false),
                    new Column("name", true, false),
                    new Column("tbl_name", false, false),
                    new Column("rootpage", false, false),
                    new Column("sql", false, false)),
            null);

    /** @param isReal whether SQLite keeps a whole number as an integer here and gives it out as a real */
    record Column(String name, boolean isKey, boolean isReal) {}

    /** A record may have values without a column here, if the definition could not be read. */
    Column column(int index) {
        return index < columns.size() ? columns.get(index) : new Column("column" + (index + 1), false, false);
    }
}
