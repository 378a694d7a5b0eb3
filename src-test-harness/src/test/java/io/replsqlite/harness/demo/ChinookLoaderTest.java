package io.replsqlite.harness.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChinookLoaderTest {
    private static final Map<String, Long> ROWS = new TreeMap<>(Map.ofEntries(
            Map.entry("Album", 347L),
            Map.entry("Artist", 275L),
            Map.entry("Customer", 59L),
            Map.entry("Employee", 8L),
            Map.entry("Genre", 25L),
            Map.entry("Invoice", 412L),
            Map.entry("InvoiceLine", 2240L),
            Map.entry("MediaType", 5L),
            Map.entry("Playlist", 18L),
            Map.entry("PlaylistTrack", 8715L),
            Map.entry("Track", 3503L)));

    @TempDir
    Path directory;

    @Test
    void theDataSetHasElevenTablesEachAfterThoseItRefersTo() throws SQLException {
        try (ChinookData data = ChinookData.open()) {
            List<String> names =
                    data.tables().stream().map(TableDefinition::name).toList();
            assertThat(names).containsExactlyInAnyOrderElementsOf(ROWS.keySet());
            for (TableDefinition table : data.tables()) {
                for (TableDefinition.ForeignKey key : table.foreignKeys()) {
                    assertThat(names.indexOf(key.referencedTable()))
                            .as("%s refers to %s", table.name(), key.referencedTable())
                            .isLessThanOrEqualTo(names.indexOf(table.name()));
                }
            }
            assertThat(data.tables().stream()
                            .mapToInt(table -> table.foreignKeys().size())
                            .sum())
                    .isEqualTo(11);
            assertThat(new TreeMap<>(TableCounts.of(data).rowsByTable())).isEqualTo(ROWS);
        }
    }

    @Test
    void everyRowArrivesInOneCommitPerRow() throws SQLException {
        try (ChinookData data = ChinookData.open();
                Connection target = open("jdbc:sqlite::memory:")) {
            ChinookLoader.Outcome outcome = new ChinookLoader(target, 1, ChinookLoader.Progress.NONE).load(data);

            assertThat(outcome).isEqualTo(new ChinookLoader.Outcome(15_607, 15_607 + 11));
            assertThatTargetEquals(target, data);
        }
    }

    @Test
    void everyRowArrivesInBatchesOnAFile() throws SQLException {
        List<String> ends = new ArrayList<>();
        ChinookLoader.Progress progress = (table, rowsDone, rowsTotal) -> {
            if (rowsDone == rowsTotal) {
                ends.add(table);
            }
        };
        try (ChinookData data = ChinookData.open();
                Connection target = open("jdbc:sqlite:" + directory.resolve("chinook.db"))) {
            ChinookLoader.Outcome outcome = new ChinookLoader(target, 50, progress).load(data);

            assertThat(outcome.rows()).isEqualTo(15_607);
            assertThat(outcome.commits()).isLessThan(400);
            assertThat(ends).hasSize(11);
            assertThatTargetEquals(target, data);
        }
    }

    @Test
    void valuesHaveTheStorageClassThatSqliteWouldGiveThem() throws SQLException {
        try (ChinookData data = ChinookData.open();
                Connection target = open("jdbc:sqlite::memory:")) {
            new ChinookLoader(target, 50, ChinookLoader.Progress.NONE).load(data);

            assertThat(text(target, "SELECT DISTINCT typeof(UnitPrice) || typeof(Milliseconds) FROM Track"))
                    .isEqualTo("realinteger");
            assertThat(text(target, "SELECT InvoiceDate FROM Invoice WHERE InvoiceId = 1"))
                    .isEqualTo("2009-01-01");
            assertThat(text(target, "SELECT Title FROM Album WHERE AlbumId = 26"))
                    .isEqualTo("Ac\u00fastico MTV [Live]");
            assertThat(text(target, "SELECT ReportsTo IS NULL FROM Employee WHERE EmployeeId = 1"))
                    .isEqualTo("1");
        }
    }

    @Test
    void closingOneReaderLeavesTheOtherOpen() throws SQLException {
        try (ChinookData kept = ChinookData.open()) {
            ChinookData.open().close();
            assertThat(TableCounts.of(kept).total()).isEqualTo(15_607);
        }
    }

    @Test
    void aConnectionInATransactionIsRefused() throws SQLException {
        try (ChinookData data = ChinookData.open();
                Connection target = open("jdbc:sqlite::memory:")) {
            target.setAutoCommit(false);
            ChinookLoader loader = new ChinookLoader(target, 1, ChinookLoader.Progress.NONE);
            assertThatThrownBy(() -> loader.load(data)).hasMessageContaining("autocommit");
        }
    }

    private static Connection open(String url) throws SQLException {
        Connection connection = DriverManager.getConnection(url);
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA foreign_keys = ON");
        }
        return connection;
    }

    private static void assertThatTargetEquals(Connection target, ChinookData data) throws SQLException {
        assertThat(TableCounts.of(target, data.tables())).isEqualTo(TableCounts.of(data));
        assertThat(text(target, "SELECT count(*) FROM pragma_foreign_key_check"))
                .isEqualTo("0");
        assertThat(text(target, "PRAGMA integrity_check")).isEqualTo("ok");
    }

    private static String text(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            assertThat(result.next()).as(sql).isTrue();
            String value = result.getString(1);
            assertThat(result.next()).as("one row: " + sql).isFalse();
            return value;
        }
    }
}
