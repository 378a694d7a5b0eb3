package io.replsqlite.harness.session;

import static io.replsqlite.harness.session.OneNode.execute;
import static io.replsqlite.harness.session.OneNode.number;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Results that are longer than memory should be, read at the primary. Node and driver share this process. */
@Timeout(120)
class LongResultTest {
    private static final int ROWS = 1_000_000;

    /** As one list of rows they take more than 150 MiB, on either side. */
    private static final long MOST_RETAINED_BYTES = 24L << 20;

    @TempDir
    Path directory;

    @Test
    void aMillionRowsAreReadInFlatMemoryInAndOutsideATransaction() throws Exception {
        try (OneNode node = new OneNode(directory, Map.of());
                Connection connection = node.connect("?consistency=primary")) {
            execute(connection, "create table t(id integer primary key, name text)");
            execute(
                    connection,
                    "insert into t with recursive n(i) as (select 1 union all select i+1 from n where i<" + ROWS
                            + ") select i, printf('%040d', i) from n");
            assertThat(retainedAtTheMiddleOfReading(connection)).isLessThan(MOST_RETAINED_BYTES);
            connection.setAutoCommit(false);
            execute(connection, "update t set name = upper(name) where id = 1");
            assertThat(retainedAtTheMiddleOfReading(connection)).isLessThan(MOST_RETAINED_BYTES);
            connection.commit();
        }
    }

    private static long retainedAtTheMiddleOfReading(Connection connection) throws SQLException {
        long before = usedBytes();
        long retained = Long.MAX_VALUE;
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select id, name from t order by id")) {
            long row = 0;
            while (rows.next()) {
                row++;
                if (rows.getLong(1) != row) {
                    assertThat(rows.getLong(1)).isEqualTo(row);
                }
                if (row == ROWS / 2) {
                    retained = usedBytes() - before;
                }
            }
            assertThat(row).isEqualTo(ROWS);
        }
        return retained;
    }

    private static long usedBytes() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @Test
    void anUnfinishedResultKeepsItsSnapshotAndIsClosedWhenLeftIdle() throws Exception {
        try (OneNode node = new OneNode(directory, Map.of("page-bytes", "1KiB", "idle-limit", "1s"));
                Connection connection = node.connect("?consistency=primary");
                Connection writer = node.connect("")) {
            execute(writer, "create table t(id integer primary key, name text)");
            execute(
                    writer,
                    "insert into t with recursive n(i) as (select 1 union all select i+1 from n where i<1000)"
                            + " select i, 'x' from n");
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("select id from t")) {
                assertThat(rows.next()).isTrue();
                execute(writer, "delete from t where id > 5");
                assertThat(number(connection, "select count(*) from t")).isEqualTo(5);
                int seen = 1;
                while (seen < 500 && rows.next()) {
                    seen++;
                }
                assertThat(seen).isEqualTo(500);
                LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(2));
                assertThatThrownBy(() -> {
                            while (rows.next()) {
                                assertThat(rows.getLong(1)).isLessThan(1000);
                            }
                        })
                        .hasMessageContaining("idle-limit");
            }
        }
    }
}
