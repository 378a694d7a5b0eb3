package io.replsqlite.harness.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ForeignKeyOrderTest {
    @Test
    void aTableComesAfterThoseItRefersToAndMayReferToItself() {
        List<TableDefinition> sorted =
                ForeignKeyOrder.of(List.of(table("c", "b", "a"), table("b", "a", "b"), table("a")));
        assertThat(sorted).extracting(TableDefinition::name).containsExactly("a", "b", "c");
    }

    @Test
    void aRingHasNoOrder() {
        List<TableDefinition> ring = List.of(table("a", "b"), table("b", "a"));
        assertThatThrownBy(() -> ForeignKeyOrder.of(ring)).hasMessageContaining("[a, b]");
    }

    @Test
    void namesAreQuotedInSql() {
        TableDefinition odd = table("a \"b");
        assertThat(odd.createStatement())
                .isEqualTo("CREATE TABLE \"a \"\"b\" (\n  \"id\" INTEGER NOT NULL,\n  PRIMARY KEY (\"id\")\n)");
        assertThat(odd.insertStatement(2)).isEqualTo("INSERT INTO \"a \"\"b\" (\"id\") VALUES (?), (?)");
    }

    private static TableDefinition table(String name, String... references) {
        return new TableDefinition(
                name,
                List.of(new TableDefinition.Column("id", "INTEGER", false)),
                List.of("id"),
                Stream.of(references)
                        .map(target -> new TableDefinition.ForeignKey("id", target, "id"))
                        .toList());
    }
}
