package io.replsqlite.frameworks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import io.replsqlite.harness.fault.SharedNodes;
import java.sql.Connection;
import java.sql.DriverManager;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.SQLDialect;
import org.jooq.Table;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class JooqTest {
    private static final Table<Record> CUSTOMER = table(name("customer"));
    private static final Field<Long> ID = field(name("id"), SQLDataType.BIGINT);
    private static final Field<String> NAME = field(name("name"), SQLDataType.VARCHAR);

    @Test
    void readsAndWritesWithItsDialect() throws Exception {
        SharedNodes.Database nodes = SharedNodes.get().newDatabase();
        try (Connection connection = DriverManager.getConnection(nodes.url())) {
            DSLContext jooq = DSL.using(connection, SQLDialect.SQLITE);
            jooq.createTable(CUSTOMER)
                    .column(ID, SQLDataType.BIGINT.identity(true))
                    .column(NAME, SQLDataType.VARCHAR.nullable(false))
                    .execute();
            Record inserted = jooq.insertInto(CUSTOMER, NAME)
                    .values("Ada")
                    .returning(ID, NAME)
                    .fetchOne();
            assertThat(inserted).isNotNull();
            assertThat(inserted.get(ID)).isEqualTo(1);
            try {
                jooq.transaction(inside -> {
                    inside.dsl().update(CUSTOMER).set(NAME, "Grace").execute();
                    throw new DataAccessException("changed my mind");
                });
            } catch (DataAccessException changedMind) {
                assertThat(changedMind).hasMessage("changed my mind");
            }
            assertThat(jooq.select(NAME).from(CUSTOMER).fetch(NAME)).containsExactly("Ada");
        }
        Applied.assertOnBoth(nodes, "select name from customer", "Ada");
    }

    @Test
    void findsItsDialectByTheMetadataUrl() throws Exception {
        SharedNodes.Database nodes = SharedNodes.get().newDatabase();
        try (Connection connection = DriverManager.getConnection(nodes.url() + "?metadataUrl=sqlite")) {
            assertThat(DSL.using(connection).dialect()).isEqualTo(SQLDialect.SQLITE);
        }
    }
}
