package io.replsqlite.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Txid;
import io.replsqlite.server.config.NodeSettings;
import io.replsqlite.wire.ErrorResponse;
import io.replsqlite.wire.ExecuteRequest;
import io.replsqlite.wire.ExecuteRequest.Kind;
import io.replsqlite.wire.ExecuteResponse;
import io.replsqlite.wire.RequestId;
import io.replsqlite.wire.WireCodec;
import io.replsqlite.wire.WireLimits;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** SQL from the wire, over HTTP against a node: it reaches no file, no other database and nobody else's connection. */
@Timeout(60)
class WireRefusalsTest {
    /** {@code @new} is a file that does not exist, {@code @victim} another database that does. */
    private static final List<String> HOSTILE = List.of(
            "attach '@victim' as v",
            "attach database '@new' as v",
            "detach main",
            "vacuum into '@new'",
            "vacuum main into '@new'",
            "explain attach '@victim' as v",
            "select load_extension('@new')",
            "select \"load_extension\"('@new', 'main')",
            "with x as (select load_extension('@new') as y) insert into t select 1, y from x",
            "select fts3_tokenizer('simple', x'4141414141414141')",
            "select writefile('@new', 'x')",
            "select readfile('@victim')",
            "select edit('x', 'touch @new')",
            "insert into t select 9, readfile('@victim')",
            "create virtual table z using csv(filename='@victim')",
            "create virtual table z using zipfile('@victim')",
            "create virtual table z using fsdir()",
            "create virtual table z using sqlite_dbpage",
            "pragma writable_schema = on",
            "pragma writable_schema(reset)",
            "pragma journal_mode = delete",
            "pragma main.journal_mode(off)",
            "pragma locking_mode = exclusive",
            "pragma temp_store_directory = '@new'",
            "pragma data_store_directory = '@new'",
            "pragma wal_checkpoint(truncate)",
            "pragma schema_version = 7",
            "pragma page_size = 512",
            "pragma auto_vacuum = 2",
            "pragma synchronous = off",
            "pragma trusted_schema = on",
            "pragma key = 'x'",
            "explain pragma journal_mode = delete",
            "explain query plan pragma journal_mode = delete",
            "select * from pragma_journal_mode('delete')",
            "select * from pragma_writable_schema('on')",
            "select * from pragma_wal_checkpoint('truncate')",
            "update sqlite_master set sql = 'x'",
            "update sqlite_dbpage set data = zeroblob(4096)",
            "delete from sqlite_schema",
            "backup to '@new'",
            "backup main to '@new'",
            "restore from '@victim'",
            "restore main from '@victim'",
            "begin",
            "commit",
            "end transaction",
            "rollback",
            "savepoint s",
            "release s",
            "create temp table z(x)",
            "create temporary trigger z after insert on t begin delete from t; end",
            "create temp view z as select 1",
            "create table temp.z(x)",
            "create trigger \"temp\".z after insert on t begin delete from t; end",
            "create view [temp].z as select 1",
            "select 1; attach '@victim' as v",
            "insert into t values(10, 1); vacuum into '@new'",
            ";;; attach '@victim' as v",
            "/* select */ attach /**/ '@victim' -- x\n as v",
            "\ufeffattach '@victim' as v",
            "select $a('); attach '@victim' as v; --')",
            "AtTaCh DaTaBaSe '@victim' As v");

    /** Not refused by rule, and without effect: SQLite has no such thing, or it only reads. */
    private static final Set<String> MAY_RUN = Set.of("explain attach '@victim' as v");

    @TempDir
    Path directory;

    private final HttpClient http = HttpClient.newHttpClient();
    private final WireCodec codec = WireCodec.cbor(WireLimits.DEFAULT);
    private ReplicaNode node;
    private String token = "";
    private Path nodeDirectory;
    private Path victim;
    private Set<Path> files = Set.of();
    private byte[] victimBytes = {};

    @BeforeEach
    void start() throws Exception {
        nodeDirectory = directory.resolve("node");
        victim = directory.resolve("victim.db");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + victim);
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("create table secret(x)");
            statement.executeUpdate("insert into secret values('the secret')");
        }
        victimBytes = Files.readAllBytes(victim);
        start(Map.of());
        expectDone(execute(Kind.WRITE, "create table t(id integer primary key, v)"));
        expectDone(execute(Kind.WRITE, "insert into t values(1, 'one')"));
        files = allFiles();
    }

    private void start(Map<String, String> more) throws Exception {
        Map<String, String> settings = new HashMap<>(Map.of("dir", nodeDirectory.toString(), "listen", "127.0.0.1:0"));
        settings.putAll(more);
        node = ReplicaNode.start(NodeSettings.of(settings), MonotonicClock.SYSTEM);
        assertThat(node.awaitRole(Duration.ofSeconds(20))).isTrue();
        token = Files.readString(node.databases().pathsOf("app").tokenFile());
    }

    @AfterEach
    void stop() throws Exception {
        node.close();
    }

    private Set<Path> allFiles() throws IOException {
        Set<Path> found = new TreeSet<>();
        for (Path root : List.of(directory, Path.of("").toAbsolutePath())) {
            try (Stream<Path> walk = Files.walk(root, root.equals(directory) ? 9 : 1)) {
                found.addAll(walk.filter(path -> !path.toString().contains("-replsqlite/log/"))
                        .toList());
            }
        }
        return found;
    }

    private void assertNothingTouched(String what) throws IOException {
        assertThat(allFiles()).as(what).isEqualTo(files);
        assertThat(Files.readAllBytes(victim)).as(what).isEqualTo(victimBytes);
    }

    /** An {@link ExecuteResponse} or an {@link ErrorResponse}. */
    private Object execute(Kind kind, @Nullable Object parameter, String... sql) throws Exception {
        List<ExecuteRequest.Statement> statements = Arrays.stream(sql)
                .map(text ->
                        new ExecuteRequest.Statement(text, List.of(parameter == null ? List.of() : List.of(parameter))))
                .toList();
        ExecuteRequest request = new ExecuteRequest(
                RequestId.random(), "app", kind, statements, 0, true, Map.of(), Epoch.NONE, 1, Txid.ZERO);
        HttpResponse<byte[]> response = http.send(
                HttpRequest.newBuilder(node.url().resolve("/v1/databases/app/execute"))
                        .header("Authorization", "Bearer " + token)
                        .header("Content-Type", WireCodec.CBOR_TYPE)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(codec.encode(request)))
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        ByteArrayInputStream body = new ByteArrayInputStream(response.body());
        return response.statusCode() == 200 ? codec.decodeResponse(body) : codec.decodeError(body);
    }

    private Object execute(Kind kind, String sql) throws Exception {
        return execute(kind, null, sql);
    }

    private static ExecuteResponse expectDone(Object answer) {
        assertThat(answer).isInstanceOf(ExecuteResponse.class);
        return (ExecuteResponse) answer;
    }

    private static ErrorResponse expectError(Object answer) {
        assertThat(answer).isInstanceOf(ErrorResponse.class);
        return (ErrorResponse) answer;
    }

    private String on(String template) {
        return template.replace("@new", directory.resolve("new-file").toString())
                .replace("@victim", victim.toString());
    }

    private void assertTheDatabaseIsAsItWas(String what) throws Exception {
        assertThat(rows("select id, v from t")).as(what).isEqualTo(List.of(List.of(1L, "one")));
        assertThat(rows("pragma journal_mode")).as(what).isEqualTo(List.of(List.of("wal")));
        assertThat(rows("select name from pragma_database_list")).as(what).doesNotContain(List.of("v"));
        assertThat(rows("select count(*) from sqlite_temp_master")).as(what).isEqualTo(List.of(List.of(0L)));
        assertThat(rows("pragma integrity_check")).as(what).isEqualTo(List.of(List.of("ok")));
    }

    private List<List<@Nullable Object>> rows(String sql) throws Exception {
        ExecuteResponse.Rows rows = expectDone(execute(Kind.READ, sql)).rows();
        return rows == null ? List.of() : rows.values();
    }

    @Test
    void hostileTextsAreRefusedWhateverTheyAreSentAs() throws Exception {
        for (Kind kind : Kind.values()) {
            for (String template : HOSTILE) {
                Object answer = execute(kind, on(template));
                if (!MAY_RUN.contains(template)) {
                    ErrorResponse refused = expectErrorTo(template, answer);
                    assertThat(refused.mayHaveHappened()).as(template).isFalse();
                    assertThat(refused.message()).as(template).doesNotContain("the secret");
                }
                assertNothingTouched(kind + " " + template);
            }
        }
        assertTheDatabaseIsAsItWas("after all of them");
    }

    private static ErrorResponse expectErrorTo(String sql, Object answer) {
        assertThat(answer).as(sql).isInstanceOf(ErrorResponse.class);
        return (ErrorResponse) answer;
    }

    @Test
    void whatReadsOnlyTheDatabaseAndOrdinaryVirtualTablesGoOnWorking() throws Exception {
        expectDone(execute(Kind.WRITE, "create virtual table f using fts5(x)"));
        expectDone(execute(Kind.WRITE, "insert into f values('some words')"));
        expectDone(execute(Kind.WRITE, "create virtual table r using rtree(id, x0, x1)"));
        expectDone(execute(Kind.WRITE, "create trigger tr after insert on t begin update t set v = 'a;b'; end"));
        expectDone(execute(Kind.WRITE, "create view attach_view as select 'attach' as backup from t"));
        expectDone(execute(Kind.WRITE, "create table main.temp(x)"));
        expectDone(execute(Kind.WRITE, "insert into temp values('vacuum into')"));
        expectDone(execute(Kind.WRITE, "vacuum"));
        assertThat(rows("select temp.x from temp")).isEqualTo(List.of(List.of("vacuum into")));
        assertThat(rows("select name from pragma_table_info('t')")).hasSize(2);
        assertThat(rows("select * from f where f match 'words'")).hasSize(1);
    }

    @Test
    void mutatedHostileTextsTouchNothing() throws Exception {
        long seed = Long.getLong("wire.refusals.seed", new Random().nextLong());
        Random random = new Random(seed);
        for (int round = 0; round < 400; round++) {
            String sql = mutated(random);
            Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
            Object ignored = execute(kind, sql);
            if (round % 40 == 39) {
                assertNothingTouched("-Dwire.refusals.seed=" + seed + ", up to round " + round + ": " + sql);
            }
        }
        assertNothingTouched("-Dwire.refusals.seed=" + seed);
        assertThat(rows("pragma journal_mode")).as("seed " + seed).isEqualTo(List.of(List.of("wal")));
        assertThat(rows("select name from pragma_database_list where name not in ('main', 'temp')"))
                .as("seed " + seed)
                .isEmpty();
        assertThat(rows("select name from sqlite_temp_master"))
                .as("seed " + seed)
                .isEmpty();
        assertThat(rows("pragma integrity_check")).as("seed " + seed).isEqualTo(List.of(List.of("ok")));
    }

    private String mutated(Random random) {
        String sql = on(HOSTILE.get(random.nextInt(HOSTILE.size())));
        for (int times = 1 + random.nextInt(4); times > 0; times--) {
            sql = mutate(sql, random);
        }
        return sql;
    }

    private String mutate(String sql, Random random) {
        int at = random.nextInt(sql.length() + 1);
        String before = sql.substring(0, at);
        String after = sql.substring(at);
        return switch (random.nextInt(9)) {
            case 0 -> anyCase(sql, random);
            case 1 -> sql.replaceFirst(" ", " /* ' \" ; */ ");
            case 2 -> sql.replaceFirst(" ", "\n--'\n\t");
            case 3 ->
                List.of("explain ", "with x as (select 1) ", "select 1; ", ";", "/**/", "\ufeff", "create trigger ")
                                .get(random.nextInt(7))
                        + sql;
            case 4 -> sql + "; " + on(HOSTILE.get(random.nextInt(HOSTILE.size())));
            case 5 ->
                before
                        + List.of("'", "\"", "`", "[", "]", ";", "--", "/*", "*/", "$a(", "\0", "(", ")")
                                .get(random.nextInt(13))
                        + after;
            case 6 -> before + after.replaceFirst("(?s)^.", "");
            case 7 -> sql.replaceFirst("\\b([a-z_]{4,})\\b", random.nextBoolean() ? "\"$1\"" : "[$1]");
            default -> "select $x('), " + sql;
        };
    }

    private static String anyCase(String sql, Random random) {
        return sql.chars()
                .mapToObj(c -> String.valueOf((char) (random.nextBoolean() ? Character.toUpperCase(c) : c)))
                .collect(Collectors.joining());
    }

    @Test
    void whatIsTooMuchIsRefusedByTheNameOfItsLimit() throws Exception {
        stop();
        start(Map.of(
                "max-statements", "3",
                "max-value-bytes", "20KiB",
                "max-result-rows", "5",
                "max-result-bytes", "50KiB",
                "max-request-bytes", "100KiB"));
        ErrorResponse statements =
                expectError(execute(Kind.BATCH, null, "select 1", "select 1", "select 1", "select 1"));
        assertThat(statements.kind()).isEqualTo(ErrorResponse.Kind.TOO_LARGE);
        assertThat(statements.message()).contains("max-statements", "Nothing was executed");

        byte[] big = new byte[30_000];
        String bigText = "x".repeat(30_000);
        for (Object value : List.of(big, bigText)) {
            ErrorResponse tooBig = expectError(execute(Kind.WRITE, value, "insert into t values(2, ?)"));
            assertThat(tooBig.kind()).isEqualTo(ErrorResponse.Kind.TOO_LARGE);
            assertThat(tooBig.message()).contains("max-value-bytes");
        }
        List<String> made = new ArrayList<>(List.of("select zeroblob(30000)", "select hex(randomblob(15000))"));
        made.add("insert into t values(2, randomblob(30000))");
        for (String sql : made) {
            assertThat(expectError(execute(Kind.WRITE, sql)).message()).as(sql).contains("too big");
        }
        String five = "with recursive n(i) as (select 1 union all select i + 1 from n where i < %d) select %s from n";
        assertThat(expectError(execute(Kind.READ, five.formatted(6, "i"))).message())
                .contains("max-result-rows");
        assertThat(expectError(execute(Kind.READ, five.formatted(5, "zeroblob(15000)")))
                        .message())
                .contains("max-result-bytes");
        assertTheDatabaseIsAsItWas("after all limits");
    }
}
