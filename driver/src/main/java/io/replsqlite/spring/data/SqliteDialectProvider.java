package io.replsqlite.spring.data;

import java.sql.Connection;
import java.util.Optional;
import org.springframework.data.jdbc.core.dialect.DialectResolver;
import org.springframework.data.relational.core.dialect.Dialect;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcOperations;

/** Answers for every SQLite, behind this driver or plain. */
public final class SqliteDialectProvider implements DialectResolver.JdbcDialectProvider {
    private static final String PRODUCT = "SQLite";

    @Override
    public Optional<Dialect> getDialect(JdbcOperations operations) {
        ConnectionCallback<String> product = SqliteDialectProvider::productName;
        return PRODUCT.equals(operations.execute(product)) ? Optional.of(SqliteDialect.INSTANCE) : Optional.empty();
    }

    private static String productName(Connection connection) throws java.sql.SQLException {
        return connection.getMetaData().getDatabaseProductName();
    }
}
