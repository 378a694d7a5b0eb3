package io.replsqlite.frameworks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.harness.fault.SharedNodes;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.Configuration;
import org.hibernate.exception.ConstraintViolationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(90)
class HibernateTest {
    /** A table. */
    @Entity(name = "customer")
    public static class Customer {
        @Id
        @GeneratedValue(strategy = GenerationType.IDENTITY)
        private Long id;

        @Column(unique = true, nullable = false)
        private String name;

        protected Customer() {}

        Customer(String name) {
            this.name = name;
        }

        Long getId() {
            return id;
        }

        String getName() {
            return name;
        }
    }

    private static SessionFactory open(SharedNodes.Database nodes) {
        return new Configuration()
                .addAnnotatedClass(Customer.class)
                .setProperty("hibernate.connection.url", nodes.url())
                .setProperty("hibernate.hbm2ddl.auto", "update")
                .buildSessionFactory();
    }

    @Test
    void findsTheDialectMakesTheSchemaAndKeepsEntities() throws Exception {
        SharedNodes.Database nodes = SharedNodes.get().newDatabase();
        try (SessionFactory hibernate = open(nodes)) {
            Long id = hibernate.fromTransaction(session -> {
                Customer ada = new Customer("Ada");
                session.persist(ada);
                return ada.getId();
            });
            assertThat(id).isEqualTo(1L);
            hibernate.inSession(session -> {
                session.setDefaultReadOnly(true);
                assertThat(session.find(Customer.class, id).getName()).isEqualTo("Ada");
            });
            assertThatThrownBy(() -> hibernate.inTransaction(session -> session.persist(new Customer("Ada"))))
                    .isInstanceOf(ConstraintViolationException.class);
        }
        try (SessionFactory again = open(nodes)) {
            again.inTransaction(session -> session.persist(new Customer("Grace")));
        }
        Applied.assertOnBoth(nodes, "select group_concat(name) from customer", "Ada,Grace");
    }
}
