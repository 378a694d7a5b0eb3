package io.replsqlite.server.rescue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.replsqlite.server.btree.RecordValues.RawText;
import io.replsqlite.server.rescue.TableColumns.Column;
import java.io.IOException;
import java.time.Instant;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes what the rows of a tail were, one JSON object a line, and counts the lines. */
final class RowLines {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final TailWriter.SyncedFile file;
    private ObjectNode transaction = JSON.createObjectNode();
    private long rows;
    private long pageLines;

    RowLines(TailWriter.SyncedFile file) {
        this.file = file;
    }

    long rows() {
        return rows;
    }

    long pageLines() {
        return pageLines;
    }

    /** All lines from here on are about this transaction. */
    void begin(TailCommit commit) {
        transaction = JSON.createObjectNode()
                .put("txid", commit.txid().value())
                .put("epoch", commit.epoch().value());
        if (commit.logged()) {
            transaction.put(
                    "time", Instant.ofEpochMilli(commit.timestampMillis()).toString());
        }
    }

    /** One row of the table, before and after; null where it was not, or is not known. */
    void row(
            String operation,
            Table table,
            RowKey key,
            @Nullable ObjectNode before,
            @Nullable ObjectNode after,
            @Nullable String why)
            throws IOException {
        ObjectNode line = transaction.deepCopy().put("table", table.name()).put("operation", operation);
        if (key.isRowid()) {
            line.put("rowid", key.rowid());
        } else {
            line.set("key", key.columns());
        }
        if (before != null) {
            line.set("before", before);
        }
        if (after != null) {
            line.set("after", after);
        }
        if (why != null) {
            line.put("why", why);
        }
        file.line(line);
        rows++;
    }

    /** What these pages mean cannot be told, or not in full. */
    void pages(@Nullable String table, BitSet pages, String why) throws IOException {
        ObjectNode line = transaction.deepCopy();
        if (table != null) {
            line.put("table", table);
        }
        ArrayNode numbers = line.put("operation", "page-level only").putArray("pages");
        pages.stream().forEach(numbers::add);
        file.line(line.put("why", why));
        pageLines++;
    }

    /** A row's columns by name. What the record does not have was added to the table later and has its default. */
    static ObjectNode values(TableColumns columns, @Nullable Long rowid, List<@Nullable Object> record) {
        ObjectNode json = JSON.createObjectNode();
        for (int i = 0; i < record.size(); i++) {
            put(json, columns.column(i), columns, rowid, record.get(i));
        }
        return json;
    }

    /** The columns of the primary key alone. */
    static ObjectNode key(TableColumns columns, List<@Nullable Object> record) {
        ObjectNode json = JSON.createObjectNode();
        for (int i = 0; i < record.size(); i++) {
            if (columns.column(i).isKey()) {
                put(json, columns.column(i), columns, null, record.get(i));
            }
        }
        return json;
    }

    private static void put(
            ObjectNode json, Column column, TableColumns columns, @Nullable Long rowid, @Nullable Object value) {
        String name = column.name();
        if (rowid != null && name.equals(columns.rowidAlias())) {
            json.put(name, rowid);
        } else if (value == null) {
            json.putNull(name);
        } else if (value instanceof Long number) {
            if (column.isReal()) {
                json.put(name, number.doubleValue());
            } else {
                json.put(name, number);
            }
        } else if (value instanceof Double number) {
            putReal(json, name, number);
        } else if (value instanceof String text) {
            json.put(name, text);
        } else if (value instanceof RawText raw) {
            json.putObject(name).put("textHex", HexFormat.of().formatHex(raw.bytes()));
        } else if (value instanceof byte[] blob) {
            json.putObject(name).put("blobHex", HexFormat.of().formatHex(blob));
        } else {
            throw new IllegalStateException("a record has no " + value.getClass());
        }
    }

    /** JSON has no infinity. */
    private static void putReal(ObjectNode json, String name, double number) {
        if (Double.isInfinite(number)) {
            json.putObject(name).put("real", number > 0 ? "Infinity" : "-Infinity");
        } else {
            json.put(name, number);
        }
    }
}
