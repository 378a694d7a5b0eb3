package io.replsqlite.frameworks;

import io.replsqlite.harness.fault.SharedNodes;
import java.sql.Connection;
import java.sql.DriverManager;
import liquibase.Scope;
import liquibase.command.CommandScope;
import liquibase.command.core.UpdateCommandStep;
import liquibase.command.core.helpers.DbUrlConnectionArgumentsCommandStep;
import liquibase.database.Database;
import liquibase.database.DatabaseFactory;
import liquibase.database.jvm.JdbcConnection;
import liquibase.resource.ClassLoaderResourceAccessor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LiquibaseTest {
    private static final ClassLoaderResourceAccessor RESOURCES = new ClassLoaderResourceAccessor();

    private static void update(Database database) throws Exception {
        Scope.child(
                Scope.Attr.resourceAccessor,
                RESOURCES,
                () -> new CommandScope(UpdateCommandStep.COMMAND_NAME)
                        .addArgumentValue(DbUrlConnectionArgumentsCommandStep.DATABASE_ARG, database)
                        .addArgumentValue(UpdateCommandStep.CHANGELOG_FILE_ARG, "changelog/changelog.yaml")
                        .execute());
    }

    @Test
    void updatesThroughAFollowerByItsUrl() throws Exception {
        SharedNodes.Database nodes = SharedNodes.get().newDatabase();
        try (Database database = DatabaseFactory.getInstance().openDatabase(nodes.url(), null, null, null, RESOURCES)) {
            update(database);
        }
        Applied.assertOnBoth(nodes, "select name from customer", "Ada");
        Applied.assertOnBoth(nodes, "select count(*) from databasechangelog", 2);
    }

    @Test
    void updatesByAConnection() throws Exception {
        SharedNodes.Database nodes = SharedNodes.get().newDatabase();
        try (Connection connection = DriverManager.getConnection(nodes.url())) {
            update(DatabaseFactory.getInstance().findCorrectDatabaseImplementation(new JdbcConnection(connection)));
        }
        Applied.assertOnBoth(nodes, "select name from customer", "Ada");
    }
}
