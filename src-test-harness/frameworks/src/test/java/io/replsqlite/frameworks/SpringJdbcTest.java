package io.replsqlite.frameworks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.ReplicaDataSource;
import io.replsqlite.harness.fault.SharedNodes;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.GeneratedKeyHolder;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Spring without Boot: template and transactions on a plain data source. */
@Timeout(60)
class SpringJdbcTest {
    @Test
    void templatesTransactionsAndTranslatedErrors() throws Exception {
        SharedNodes.Database nodes = SharedNodes.get().newDatabase();
        ReplicaDataSource source = new ReplicaDataSource();
        source.setUrl(nodes.url());
        JdbcTemplate jdbc = new JdbcTemplate(source);
        JdbcTransactionManager transactions = new JdbcTransactionManager(source);
        transactions.setEnforceReadOnly(true);
        TransactionTemplate write = new TransactionTemplate(transactions);
        TransactionTemplate read = new TransactionTemplate(transactions);
        read.setReadOnly(true);

        jdbc.execute("create table customer(id integer primary key, name text unique)");
        GeneratedKeyHolder key = new GeneratedKeyHolder();
        write.executeWithoutResult(status -> jdbc.update(
                connection -> {
                    var insert = connection.prepareStatement(
                            "insert into customer(name) values('Ada')", java.sql.Statement.RETURN_GENERATED_KEYS);
                    return insert;
                },
                key));
        assertThat(Objects.requireNonNull(key.getKey()).longValue()).isEqualTo(1);
        write.executeWithoutResult(status -> {
            jdbc.update("insert into customer(name) values('never')");
            status.setRollbackOnly();
        });
        assertThat(read.<Long>execute(status -> jdbc.queryForObject("select count(*) from customer", Long.class)))
                .isEqualTo(1);
        assertThatThrownBy(() -> jdbc.update("insert into customer(name) values('Ada')"))
                .isInstanceOf(DuplicateKeyException.class);
        Applied.assertOnBoth(nodes, "select group_concat(name) from customer", "Ada");
    }
}
