package io.replsqlite.server.rescue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TransactionRowsTest {
    @TempDir
    Path directory;

    private static List<JsonNode> of(List<JsonNode> lines, String table) {
        return lines.stream()
                .filter(line -> line.path("table").asText().equals(table))
                .toList();
    }

    @Test
    void everyTypeIsToldAsItWas() throws Exception {
        try (History history = new History(directory)) {
            history.execute("create table t(id integer primary key, r real, v)");
            history.execute("insert into t values (1, 5, 'old'), (2, 1, null)");
            history.common();
            history.transaction(
                    "update t set v = x'00ff' where id = 1",
                    "insert into t values (3, 7, 'Grüße'), (4, 9e999, -9223372036854775808), (5, 2.5, null)",
                    "delete from t where id = 2");
            List<JsonNode> lines = history.tell();
            assertThat(lines).hasSize(5);
            JsonNode update = lines.get(1);
            assertThat(update.path("operation").asText()).isEqualTo("update");
            assertThat(update.path("txid").asLong()).isEqualTo(101);
            assertThat(update.path("epoch").asLong()).isEqualTo(3);
            assertThat(update.path("time").asText()).isEqualTo("1970-01-01T00:00:01Z");
            assertThat(update.path("rowid").asLong()).isEqualTo(1);
            assertThat(update.path("before").toString()).isEqualTo("{\"id\":1,\"r\":5.0,\"v\":\"old\"}");
            assertThat(update.path("after").toString()).isEqualTo("{\"id\":1,\"r\":5.0,\"v\":{\"blobHex\":\"00ff\"}}");
            assertThat(lines.get(2).path("after").path("v").asText()).isEqualTo("Grüße");
            assertThat(lines.get(3).path("after").toString())
                    .isEqualTo("{\"id\":4,\"r\":{\"real\":\"Infinity\"},\"v\":-9223372036854775808}");
            assertThat(lines.get(4).path("after").path("v").isNull()).isTrue();
            assertThat(lines.get(0).path("operation").asText()).isEqualTo("delete");
            assertThat(lines.get(0).path("before").path("id").asLong()).isEqualTo(2);
            assertThat(lines.get(0).has("after")).isFalse();
        }
    }

    @Test
    void aTableWithoutRowidIsToldByItsKey() throws Exception {
        try (History history = new History(directory, "pragma page_size=512")) {
            history.execute("create table t(v, b text, a integer, primary key(a, b)) without rowid");
            for (int i = 0; i < 500; i++) {
                history.execute("insert into t values (" + i + ", 'key " + i % 7 + "', " + i + ")");
            }
            history.common();
            history.transaction(
                    "update t set v = 'new' where a = 250",
                    "insert into t values ('x', 'y', 1000)",
                    "delete from t where a < 3");
            List<JsonNode> lines = history.tell();
            assertThat(lines)
                    .hasSize(5)
                    .allMatch(line -> line.path("table").asText().equals("t"));
            JsonNode update = lines.stream()
                    .filter(line -> line.path("operation").asText().equals("update"))
                    .findFirst()
                    .orElseThrow();
            assertThat(update.path("key").toString()).isEqualTo("{\"a\":250,\"b\":\"key 5\"}");
            assertThat(update.path("before").path("v").asLong()).isEqualTo(250);
            assertThat(update.path("after").path("v").asText()).isEqualTo("new");
        }
    }

    @Test
    void aLongValueOverwrittenInPlaceIsFound() throws Exception {
        try (History history = new History(directory)) {
            history.execute("create table t(id integer primary key, v)");
            history.execute("create index long_keys on t(v)");
            for (int i = 0; i < 50; i++) {
                history.execute("insert into t values (" + i + ", zeroblob(20000))");
            }
            history.execute("create table big(id integer primary key, v)");
            history.execute("insert into big values (1, zeroblob(30000)), (2, zeroblob(30000))");
            history.common();
            history.transaction("update big set v = cast(zeroblob(29999) || x'01' as blob) where id = 2");
            List<JsonNode> lines = history.tell();
            assertThat(lines).hasSize(1);
            assertThat(lines.get(0).path("operation").asText()).isEqualTo("update");
            assertThat(lines.get(0).path("rowid").asLong()).isEqualTo(2);
            assertThat(lines.get(0).path("after").path("v").path("blobHex").asText())
                    .endsWith("0001");
        }
    }

    @Test
    void aDroppedTableLosesItsRowsOneByOneAndANewOneGetsThem() throws Exception {
        try (History history = new History(directory, "pragma page_size=512")) {
            history.execute("create table gone(x)");
            history.execute("with recursive n(i) as (select 1 union all select i+1 from n where i<300)"
                    + " insert into gone select 'row ' || i from n");
            history.common();
            history.transaction("drop table gone", "create table made(y)", "insert into made values ('first')");
            List<JsonNode> lines = history.tell();
            assertThat(of(lines, "gone"))
                    .hasSize(300)
                    .allMatch(line -> line.path("operation").asText().equals("delete"));
            assertThat(of(lines, "made")).hasSize(1);
            assertThat(of(lines, "sqlite_schema"))
                    .extracting(line -> line.path("operation").asText())
                    .containsExactlyInAnyOrder("delete", "insert");
        }
    }

    @Test
    void aRenamedTableWithANewColumnKeepsItsRows() throws Exception {
        try (History history = new History(directory)) {
            history.execute("create table t(id integer primary key, v)");
            history.execute("insert into t values (1, 'one'), (2, 'two')");
            history.common();
            history.transaction("alter table t rename to u");
            history.transaction("alter table u add column w default 7", "update u set v = 'zwei' where id = 2");
            List<JsonNode> lines = history.tell();
            assertThat(of(lines, "sqlite_schema")).hasSize(3);
            assertThat(of(lines, "u")).hasSize(1);
            assertThat(of(lines, "u").get(0).path("before").toString()).isEqualTo("{\"id\":2,\"v\":\"two\"}");
            assertThat(of(lines, "u").get(0).path("after").toString()).isEqualTo("{\"id\":2,\"v\":\"zwei\",\"w\":7}");
        }
    }

    @Test
    void aPageThatIsNotKnownIsSaidNotGuessed() throws Exception {
        try (History history = new History(directory)) {
            history.execute("create table t(id integer primary key, v)");
            history.execute("create table other(id integer primary key, v)");
            history.execute("insert into t values (1, 'one')");
            history.execute("insert into other values (1, 'one')");
            history.common();
            history.forget(2); // the root of t
            history.transaction("update t set v = 'uno'", "update other set v = 'uno'");
            history.transaction("update t set v = 'eins'");
            List<JsonNode> lines = history.tell();
            assertThat(of(lines, "other").get(0).path("operation").asText()).isEqualTo("update");
            JsonNode first = of(lines, "t").get(0);
            assertThat(first.path("operation").asText()).isEqualTo("unknown");
            assertThat(first.path("after").path("v").asText()).isEqualTo("uno");
            assertThat(first.path("why").asText()).contains("page 2 is not known");
            JsonNode second = of(lines, "t").get(1);
            assertThat(second.path("operation").asText()).isEqualTo("update");
            assertThat(second.path("before").path("v").asText()).isEqualTo("uno");
        }
    }

    @Test
    void withoutTheSchemaOnlyPagesAreTold() throws Exception {
        try (History history = new History(directory)) {
            history.execute("create table t(id integer primary key, v)");
            history.common();
            history.forget(1);
            history.transaction("insert into t values (1, 'one')");
            List<JsonNode> lines = history.tell();
            assertThat(lines).hasSize(1);
            assertThat(lines.get(0).path("operation").asText()).isEqualTo("page-level only");
            assertThat(lines.get(0).path("pages").toString()).contains("2");
        }
    }
}
