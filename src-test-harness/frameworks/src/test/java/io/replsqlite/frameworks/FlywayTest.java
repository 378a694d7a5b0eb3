package io.replsqlite.frameworks;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.ReplicaDataSource;
import io.replsqlite.harness.fault.SharedNodes;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FlywayTest {
    @Test
    void migratesThroughAFollowerByItsUrl() throws Exception {
        SharedNodes.Database database = SharedNodes.get().newDatabase();
        Flyway flyway = Flyway.configure()
                .dataSource(database.url(), null, null)
                .locations("classpath:migrations")
                .load();
        assertThat(flyway.migrate().migrationsExecuted).isEqualTo(2);
        assertThat(flyway.validateWithResult().validationSuccessful).isTrue();
        assertThat(flyway.migrate().migrationsExecuted).as("nothing is left").isZero();
        Applied.assertOnBoth(database, "select count(*) from flyway_schema_history where success", 2);
        Applied.assertOnBoth(database, "select name from customer", "Ada");
    }

    @Test
    void migratesByADataSource() throws Exception {
        SharedNodes.Database database = SharedNodes.get().newDatabase();
        ReplicaDataSource source = new ReplicaDataSource();
        source.setUrl(database.url());
        Flyway flyway = Flyway.configure()
                .dataSource(source)
                .locations("classpath:migrations")
                .load();
        assertThat(flyway.migrate().migrationsExecuted).isEqualTo(2);
        Applied.assertOnBoth(database, "select count(*) from customer", 1);
    }
}
