package io.replsqlite.frameworks;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.harness.fault.SharedNodes;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class JdbiTest {
    @Test
    void readsWritesAndReturnsKeys() throws Exception {
        SharedNodes.Database nodes = SharedNodes.get().newDatabase();
        Jdbi jdbi = Jdbi.create(nodes.url());
        jdbi.useHandle(handle -> handle.execute("create table customer(id integer primary key, name text)"));
        long id = jdbi.inTransaction(handle -> handle.createUpdate("insert into customer(name) values(:name)")
                .bind("name", "Ada")
                .executeAndReturnGeneratedKeys()
                .mapTo(long.class)
                .one());
        assertThat(id).isEqualTo(1);
        jdbi.useHandle(handle -> {
            var batch = handle.prepareBatch("insert into customer(name) values(:name)");
            batch.bind("name", "Grace").add();
            batch.bind("name", "Edsger").add();
            assertThat(batch.execute()).containsExactly(1, 1);
            assertThat(handle.createQuery("select name from customer order by id")
                            .mapTo(String.class)
                            .list())
                    .containsExactly("Ada", "Grace", "Edsger");
        });
        Applied.assertOnBoth(nodes, "select count(*) from customer", 3);
    }
}
