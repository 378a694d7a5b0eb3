package io.replsqlite.harness.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every getter of a result that this driver hands out against the same call on sqlite-jdbc's own: a local read, a read at
 * the primary, RETURNING and generated keys. {@code -Dconformance.seed=N} replays.
 */
@Timeout(300)
class GettersTest {
    private static final String AT_PRIMARY = "/*+ replsqlite: consistency=primary */ ";
    private static final int COLUMNS = 4;

    @TempDir
    static Path directory;

    private static final long SEED = Long.getLong("conformance.seed", new Random().nextInt(1_000_000));
    private static final ValueTable TABLE = new ValueTable(SEED, COLUMNS);
    private static TwoNodes nodes;
    private static String database;

    private Connection plain;
    private Connection replicated;

    @BeforeAll
    static void fill() throws Exception {
        nodes = new TwoNodes(directory);
        database = nodes.create();
        for (Connection connection : List.of(nodes.plain(database, ""), nodes.onFollower(database, ""))) {
            try (connection;
                    Statement statement = connection.createStatement()) {
                for (String sql : TABLE.script()) {
                    int ignored = statement.executeUpdate(sql);
                }
            }
        }
    }

    @AfterAll
    static void stop() throws Exception {
        nodes.close();
    }

    @BeforeEach
    void open() throws Exception {
        open("");
    }

    private void open(String settings) throws SQLException {
        plain = nodes.plain(database, settings);
        replicated = nodes.onFollower(database, settings);
    }

    @AfterEach
    void close() throws Exception {
        plain.close();
        replicated.close();
    }

    /** No blob becomes text: what is not UTF-8 is a known difference. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT * FROM v",
                "SELECT * FROM v ORDER BY id DESC LIMIT 3",
                "SELECT c0 AS \"Label\", c1 AS \"la\"\"bel\", c0, v.c2 || '', count(*) FROM v WHERE typeof(c2) <> 'blob' GROUP BY id LIMIT 9",
                "SELECT cast(c0 AS VARCHAR(9)), cast(c1 AS DECIMAL(5, 2)), typeof(c2), NULL, 1 + 1 FROM v WHERE typeof(c0) <> 'blob' LIMIT 20",
                "SELECT * FROM v WHERE id < 0",
                "SELECT 1, 'x', 2.5, X'00', NULL WHERE 0",
            })
    void aReadAnswersTheSameHereAndAtThePrimary(String sql) throws Exception {
        assertSameHereAndThere(sql);
    }

    @Test
    void returningAnswersTheSame() throws Exception {
        String sql = "UPDATE v SET id = id RETURNING *, c0 AS other, id + 1";
        assertSame(query(plain, sql), query(replicated, sql), sql);
        String none = "DELETE FROM v WHERE id < 0 RETURNING *";
        assertSame(query(plain, none), query(replicated, none), none);
    }

    @Test
    void generatedKeysAnswerTheSame() throws Exception {
        String sql = "INSERT INTO v(c0) VALUES (1)";
        assertSame(keys(plain, sql), keys(replicated, sql), "generated keys");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "&date_class=TEXT",
                "&date_class=REAL",
                "&date_precision=SECONDS",
                "&date_string_format=yyyy-MM-dd",
                "&date_class=TEXT&date_precision=SECONDS&date_string_format=yyyy-MM-dd'T'HH:mm:ss",
            })
    void dateSettingsHoldForRowsOfThePrimary(String settings) throws Exception {
        close();
        open(settings);
        assertSameHereAndThere("SELECT c0 FROM v");
    }

    private void assertSameHereAndThere(String sql) throws SQLException {
        List<String> expected = query(plain, sql);
        assertSame(expected, query(replicated, sql), sql + ", local");
        assertSame(expected, query(replicated, AT_PRIMARY + sql), sql + ", at the primary");
    }

    private static List<String> query(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            return ResultProbe.lines(result);
        }
    }

    private static List<String> keys(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            int ignored = statement.executeUpdate(sql, Statement.RETURN_GENERATED_KEYS);
            try (ResultSet result = statement.getGeneratedKeys()) {
                return ResultProbe.lines(result);
            }
        }
    }

    private void assertSame(List<String> expected, List<String> found, String what) {
        List<String> differences = new ArrayList<>();
        for (int line = 0; line < Math.min(expected.size(), found.size()); line++) {
            if (!expected.get(line).equals(found.get(line))) {
                differences.add(expected.get(line) + "\n    but: " + found.get(line));
            }
        }
        assertThat(differences)
                .as("%s; conformance.seed=%d, %s", what, SEED, TABLE)
                .isEmpty();
        assertThat(found).as(what).hasSameSizeAs(expected).hasSizeGreaterThan(100);
    }
}
