package io.replsqlite.server.rescue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is told, done to the state before, gives the state after. A failure names its seed. */
@Timeout(120)
class TransactionRowsGeneratorTest {
    private static final Set<String> OPERATIONS = Set.of("insert", "update", "delete");

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void theLinesLeadFromTheStateBeforeToTheStateAfter(long seed) throws Exception {
        Random random = new Random(seed);
        List<String> encodings = List.of("UTF-8", "UTF-16le", "UTF-16be");
        try (History history = new History(
                directory,
                "pragma page_size=" + (512 << random.nextInt(4)),
                "pragma encoding='" + encodings.get(random.nextInt(3)) + "'",
                "pragma auto_vacuum=" + random.nextInt(3))) {
            createTables(history);
            for (int i = 0; i < 60; i++) {
                history.execute(statement(random));
            }
            Path copy = history.common();
            for (int i = 0; i < 12; i++) {
                String[] statements = new String[1 + random.nextInt(8)];
                for (int j = 0; j < statements.length; j++) {
                    statements[j] = statement(random);
                }
                history.transaction(statements);
                if (random.nextInt(6) == 0) {
                    history.execute("vacuum");
                    history.committed();
                }
            }
            List<JsonNode> lines = history.tell();
            List<JsonNode> untold = lines.stream()
                    .filter(line -> !OPERATIONS.contains(line.path("operation").asText()))
                    .toList();
            assertThat(untold).as("seed %d", seed).isEmpty();
            assertThat(lines).as("seed %d", seed).isNotEmpty();
            LineReplay.replay(copy, lines);
            List<String> replayed = LineReplay.everything(copy);
            List<String> real = LineReplay.everything(directory.resolve("history.db"));
            assertThat(without(real, replayed)).as("missing, seed %d", seed).isEmpty();
            assertThat(without(replayed, real)).as("too much, seed %d", seed).isEmpty();
        }
    }

    private static List<String> without(List<String> rows, List<String> others) {
        Set<String> known = new HashSet<>(others);
        return rows.stream().filter(row -> !known.contains(row)).toList();
    }

    private static void createTables(History history) throws SQLException {
        history.execute("create table auto(id integer primary key autoincrement, a, b text, c real)");
        history.execute("create table keyed(k text, n integer, v, primary key(n, k desc)) without rowid");
        history.execute("create table plain(x, y)");
        history.execute("create index plain_x on plain(x)");
        history.execute("create table long(id integer primary key, body blob)");
        history.execute("create table temporary0(x)");
    }

    private static String statement(Random random) {
        int number = random.nextInt(60);
        return switch (random.nextInt(14)) {
            case 0, 1 ->
                "insert into auto(a, b, c) values (" + value(random) + ", '" + text(random) + "', " + number + ")";
            case 2 -> "update auto set b = '" + text(random) + "' where id % 7 = " + number % 7;
            case 3 -> "delete from auto where id % 11 = " + number % 11;
            case 4, 5 ->
                "insert or replace into keyed values ('" + text(random) + "', " + number + ", " + value(random) + ")";
            case 6 -> "update keyed set v = " + value(random) + " where n % 5 = " + number % 5;
            case 7 -> "delete from keyed where n = " + number;
            case 8, 9 -> "insert into plain values (" + value(random) + ", '" + text(random) + "')";
            case 10 -> number < 5 ? "delete from plain" : "delete from plain where rowid % 5 = " + number % 5;
            case 11 -> "insert or replace into long values (" + number + ", zeroblob(" + random.nextInt(9000) + "))";
            case 12 ->
                "update long set body = cast(substr(body, 1, length(body) - 1) || x'07' as blob) where id % 3 = "
                        + number % 3 + " and length(body) > 0";
            default ->
                number < 30
                        ? "create table if not exists temporary" + number % 4 + "(x, y default 3)"
                        : number < 45
                                ? "drop table if exists temporary" + number % 4
                                : "insert into auto(a) select x from plain limit 40";
        };
    }

    private static String value(Random random) {
        return switch (random.nextInt(7)) {
            case 0 -> "null";
            case 1 -> Long.toString(random.nextLong() >> random.nextInt(64));
            case 2 -> Double.toString(random.nextGaussian() * 1e6);
            case 3 -> "zeroblob(" + random.nextInt(40) + ")";
            case 4 -> "'" + text(random) + "'";
            case 5 -> "x'" + Integer.toHexString(0x10000000 | random.nextInt(0xfffffff)) + "'";
            default -> Integer.toString(random.nextInt(3) - 1);
        };
    }

    private static String text(Random random) {
        return "wörter ".repeat(random.nextInt(random.nextInt(10) == 0 ? 300 : 12)) + random.nextInt(100);
    }
}
