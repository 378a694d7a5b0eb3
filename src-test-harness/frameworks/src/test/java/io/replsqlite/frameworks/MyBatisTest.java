package io.replsqlite.frameworks;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.ReplicaDriver;
import io.replsqlite.harness.fault.SharedNodes;
import java.util.List;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Options;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;
import org.apache.ibatis.datasource.pooled.PooledDataSource;
import org.apache.ibatis.mapping.Environment;
import org.apache.ibatis.session.Configuration;
import org.apache.ibatis.session.SqlSession;
import org.apache.ibatis.session.SqlSessionFactory;
import org.apache.ibatis.session.SqlSessionFactoryBuilder;
import org.apache.ibatis.transaction.jdbc.JdbcTransactionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MyBatisTest {
    /** A row; MyBatis sets the key. */
    public static final class Customer {
        private long id;
        private final String name;

        Customer(String name) {
            this.name = name;
        }

        public long getId() {
            return id;
        }

        public void setId(long id) {
            this.id = id;
        }

        public String getName() {
            return name;
        }
    }

    interface Customers {
        @Update("create table customer(id integer primary key, name text not null)")
        void create();

        @Insert("insert into customer(name) values(#{name})")
        @Options(useGeneratedKeys = true, keyProperty = "id")
        int insert(Customer customer);

        @Select("select name from customer order by id")
        List<String> names();
    }

    @Test
    void mapsReadsWritesAndKeys() throws Exception {
        SharedNodes.Database nodes = SharedNodes.get().newDatabase();
        PooledDataSource source = new PooledDataSource(ReplicaDriver.class.getName(), nodes.url(), null, null);
        Configuration configuration = new Configuration(new Environment("test", new JdbcTransactionFactory(), source));
        configuration.addMapper(Customers.class);
        SqlSessionFactory factory = new SqlSessionFactoryBuilder().build(configuration);
        try (SqlSession session = factory.openSession()) {
            Customers customers = session.getMapper(Customers.class);
            customers.create();
            Customer ada = new Customer("Ada");
            assertThat(customers.insert(ada)).isEqualTo(1);
            assertThat(ada.getId()).isEqualTo(1);
            session.commit();
            assertThat(customers.insert(new Customer("never"))).isEqualTo(1);
            session.rollback();
        }
        try (SqlSession session = factory.openSession()) {
            assertThat(session.getMapper(Customers.class).names()).containsExactly("Ada");
        } finally {
            source.forceCloseAll();
        }
        Applied.assertOnBoth(nodes, "select group_concat(name) from customer", "Ada");
    }
}
