package io.replsqlite.frameworks;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.ReplicaDataSource;
import io.replsqlite.harness.fault.SharedNodes;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.annotation.Id;
import org.springframework.data.domain.PageRequest;
import org.springframework.data.domain.Sort;
import org.springframework.data.jdbc.repository.config.AbstractJdbcConfiguration;
import org.springframework.data.jdbc.repository.config.EnableJdbcRepositories;
import org.springframework.data.repository.CrudRepository;
import org.springframework.data.repository.PagingAndSortingRepository;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionManager;

/** Repositories find the dialect by themselves. */
@Timeout(60)
class SpringDataJdbcTest {
    /** An aggregate with the types that SQLite has no type for. */
    record Customer(@Id Long id, String name, boolean active, LocalDate born, Instant seen, UUID code) {}

    private static final UUID CODE = UUID.randomUUID();

    interface Customers extends CrudRepository<Customer, Long>, PagingAndSortingRepository<Customer, Long> {
        List<Customer> findByActiveTrueOrderByNameDesc();

        boolean existsByName(String name);
    }

    @Configuration
    @EnableJdbcRepositories(considerNestedRepositories = true)
    static class Application extends AbstractJdbcConfiguration {
        private static String url = "";

        @Bean
        DataSource dataSource() {
            ReplicaDataSource source = new ReplicaDataSource();
            source.setUrl(url);
            return source;
        }

        @Bean
        NamedParameterJdbcOperations operations(DataSource source) {
            return new NamedParameterJdbcTemplate(source);
        }

        @Bean
        TransactionManager transactionManager(DataSource source) {
            return new JdbcTransactionManager(source);
        }
    }

    /** Dates as SQLite's own functions write them. */
    private static Customer writtenBySqlite(AnnotationConfigApplicationContext context, Customers customers) {
        context.getBean(NamedParameterJdbcOperations.class)
                .getJdbcOperations()
                .update(
                        "insert into \"customer\" values(9, 'Alan', 0, date('1912-06-23'),"
                                + " datetime('1954-06-07 12:00'), ?)",
                        CODE.toString());
        return customers.findById(9L).orElseThrow();
    }

    @Test
    void keepsAndFindsAggregates() throws Exception {
        SharedNodes.Database nodes = SharedNodes.get().newDatabase();
        Application.url = nodes.url();
        try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(Application.class)) {
            context.getBean(NamedParameterJdbcOperations.class)
                    .getJdbcOperations()
                    .execute("create table \"customer\"(\"id\" integer primary key, \"name\" text, \"active\" boolean,"
                            + " \"born\" date, \"seen\" timestamp, \"code\" text)");
            Customers customers = context.getBean(Customers.class);
            Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
            LocalDate birthday = LocalDate.of(1815, 12, 10);
            Customer ada = customers.save(new Customer(null, "Ada", true, birthday, now, CODE));
            assertThat(ada.id()).isEqualTo(1);
            Iterable<Customer> ignored = customers.saveAll(List.of(
                    new Customer(null, "Grace", true, birthday, now, CODE),
                    new Customer(null, "Edsger", false, birthday, now, CODE)));
            assertThat(customers.findById(1L)).hasValue(ada);
            assertThat(customers.findByActiveTrueOrderByNameDesc())
                    .extracting(Customer::name)
                    .containsExactly("Grace", "Ada");
            assertThat(customers.findAll(PageRequest.of(1, 2, Sort.by("name"))).getContent())
                    .extracting(Customer::name)
                    .containsExactly("Grace");
            customers.save(new Customer(1L, "Ada Lovelace", true, birthday, now, CODE));
            customers.deleteById(3L);
            assertThat(customers.existsByName("Edsger")).isFalse();
            assertThat(writtenBySqlite(context, customers))
                    .isEqualTo(new Customer(
                            9L, "Alan", false, LocalDate.of(1912, 6, 23), Instant.parse("1954-06-07T12:00:00Z"), CODE));
            customers.deleteById(9L);
        }
        Applied.assertOnBoth(nodes, "select group_concat(name) from customer", "Ada Lovelace,Grace");
    }
}
