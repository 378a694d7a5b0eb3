package io.replsqlite.jdbc;

import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.EpochHistory;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.base.StateChecksum;
import io.replsqlite.base.Txid;
import io.replsqlite.local.SqliteErrors;
import io.replsqlite.status.Health;
import io.replsqlite.status.Role;
import io.replsqlite.status.StatusPageWriter;
import io.replsqlite.status.StatusSnapshot;
import io.replsqlite.wire.ErrorResponse;
import io.replsqlite.wire.ExecuteRequest;
import io.replsqlite.wire.ExecuteResponse;
import io.replsqlite.wire.HeadResponse;
import io.replsqlite.wire.WireCodec;
import io.replsqlite.wire.WireLimits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.sqlite.core.CoreStatement;

/**
 * A primary and its node directory for tests: executes requests on a WAL database that is at once the replica file, and
 * publishes a status page beside it. Publishing can be held back, to play a replica that lags.
 */
final class FakePrimary implements AutoCloseable {
    static final String TOKEN = "secret";

    /** Decides about a request before it runs; null lets it run. */
    interface Interception {
        ErrorResponse decide(ExecuteRequest request) throws IOException;
    }

    final Path file;
    final List<ExecuteRequest> requests = new CopyOnWriteArrayList<>();
    final UUID databaseId = UUID.randomUUID();
    volatile Interception interception = request -> null;
    volatile boolean holdsBackPublishing;

    /** What it says of its epochs; null: the node is too old to know, or refuses. */
    volatile EpochHistory history = new EpochHistory(List.of(new EpochHistory.Start(new Epoch(1), new Txid(1))));

    /** Refuses to tell the head with this; null: it is the primary. */
    volatile ErrorResponse headRefusal;

    final AtomicInteger probes = new AtomicInteger();
    final AtomicInteger historyQuestions = new AtomicInteger();

    private final WireCodec codec = WireCodec.cbor(WireLimits.DEFAULT);
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Connection writer;
    private final StatusPageWriter page;
    private String primaryUrl;
    private String ownUrl;
    private Health health = Health.OK;
    private long txid;
    private long epoch = 1;
    private Role role = Role.FOLLOWER;
    private Txid visible = Txid.ZERO;

    /** Later than any test lasts: the replica is as fresh as can be. */
    private long freshAsOfNanos =
            MonotonicClock.SYSTEM.nanoTime() + Duration.ofHours(1).toNanos();

    FakePrimary(Path directory) throws IOException, SQLException {
        file = directory.resolve("app.db");
        writer = DriverManager.getConnection("jdbc:sqlite:" + file + "?journal_mode=wal&synchronous=off");
        try (Statement statement = writer.createStatement()) {
            statement.executeUpdate("create table if not exists t(id integer primary key, name text unique, v)");
        }
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/databases/app/execute", this::handle);
        server.createContext("/v1/databases/app/head", this::head);
        server.createContext("/v1/databases/app/epochs", this::epochs);
        server.setExecutor(threads);
        server.start();
        primaryUrl = url();
        ownUrl = url();
        Path node = Files.createDirectories(directory.resolve("app.db-replsqlite"));
        Files.writeString(node.resolve("token"), TOKEN + "\n");
        page = StatusPageWriter.open(node.resolve("status"), snapshot());
    }

    /** Answers this route of the database too. */
    void serve(String route, HttpHandler handler) {
        HttpContext ignored = server.createContext("/v1/databases/app/" + route, handler);
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    String jdbcUrl() {
        return "jdbc:replsqlite:" + file;
    }

    private StatusSnapshot snapshot() {
        Position applied = new Position(new Epoch(epoch), new Txid(txid), StateChecksum.EMPTY);
        return new StatusSnapshot(
                databaseId,
                role,
                health,
                applied,
                applied.txid(),
                visible,
                applied.txid(),
                freshAsOfNanos,
                0,
                role == Role.LEADING ? Long.MAX_VALUE : StatusSnapshot.NEVER,
                1,
                primaryUrl,
                ownUrl,
                "fake");
    }

    /** @param newPrimaryUrl empty if nobody is known, and nobody can be asked either */
    synchronized void announce(String newPrimaryUrl) {
        primaryUrl = newPrimaryUrl;
        ownUrl = newPrimaryUrl.isEmpty() ? "" : url();
        page.publish(snapshot());
    }

    /** The node beside the replica does not know who leads, and can be asked: it may be this one in a moment. */
    synchronized void announceNobodyYet() {
        primaryUrl = "";
        page.publish(snapshot());
    }

    synchronized void announce(Health newHealth) {
        health = newHealth;
        page.publish(snapshot());
    }

    /** The node beside the replica is the primary itself. */
    synchronized void lead() {
        role = Role.LEADING;
        page.publish(snapshot());
    }

    /** The replica file may show one more transaction than is committed. */
    synchronized void showUncommitted() {
        visible = new Txid(txid + 1);
        page.publish(snapshot());
    }

    synchronized void showOnlyCommitted() {
        visible = new Txid(txid);
        page.publish(snapshot());
    }

    /** The replica shows all that was committed so long ago, nothing newer. */
    synchronized void age(Duration age) {
        freshAsOfNanos = MonotonicClock.SYSTEM.nanoTime() - age.toNanos();
        page.publish(snapshot());
    }

    /** Another primary has begun: the replica shows its epoch and is at {@code newTxid}. */
    synchronized void beginEpoch(long newEpoch, long newTxid) {
        epoch = newEpoch;
        txid = newTxid;
        page.publish(snapshot());
    }

    synchronized void publish() {
        page.publishApplied(new Txid(txid), StateChecksum.EMPTY);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            ExecuteRequest request = codec.decodeRequest(exchange.getRequestBody());
            requests.add(request);
            ErrorResponse refusal =
                    ("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"))
                            ? interception.decide(request)
                            : ErrorResponse.of(ErrorResponse.Kind.UNAUTHORIZED, "wrong token");
            if (refusal != null) {
                answer(exchange, refusal.kind().httpStatus(), codec.encode(refusal));
                return;
            }
            try {
                answer(exchange, 200, codec.encode(run(request)));
            } catch (SQLException e) {
                answer(exchange, 422, codec.encode(SqliteErrors.toResponse(e)));
            }
        }
    }

    private void head(HttpExchange exchange) throws IOException {
        try (exchange) {
            probes.incrementAndGet();
            ErrorResponse refusal = headRefusal;
            if (refusal != null) {
                answer(exchange, refusal.kind().httpStatus(), codec.encode(refusal));
            } else {
                answer(exchange, 200, codec.encode(headNow()));
            }
        }
    }

    private synchronized HeadResponse headNow() {
        return new HeadResponse(databaseId, new Epoch(epoch), new Txid(txid));
    }

    private void epochs(HttpExchange exchange) throws IOException {
        try (exchange) {
            historyQuestions.incrementAndGet();
            EpochHistory known = history;
            if (known == null) {
                ErrorResponse refusal = ErrorResponse.of(ErrorResponse.Kind.INTERNAL, "no history");
                answer(exchange, refusal.kind().httpStatus(), codec.encode(refusal));
            } else {
                answer(exchange, 200, codec.encode(known));
            }
        }
    }

    static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", WireCodec.CBOR_TYPE);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    private synchronized ExecuteResponse run(ExecuteRequest request) throws SQLException {
        List<Long> counts = new ArrayList<>();
        ExecuteResponse.Rows rows = null;
        ErrorResponse failure = null;
        long before = number("select total_changes()");
        for (ExecuteRequest.Statement statement : request.statements()) {
            try (PreparedStatement prepared = writer.prepareStatement(statement.sql())) {
                for (List<Object> parameters : statement.parameters()) {
                    for (int index = 0; index < parameters.size(); index++) {
                        prepared.setObject(index + 1, parameters.get(index));
                    }
                    if (prepared.execute()) {
                        rows = rows(prepared.getResultSet());
                    }
                    counts.add(number("select changes()"));
                }
            } catch (SQLException e) {
                if (request.kind() != ExecuteRequest.Kind.BATCH || counts.isEmpty()) {
                    throw e;
                }
                failure = SqliteErrors.toResponse(e);
            }
        }
        txid++;
        if (!holdsBackPublishing) {
            publish();
        }
        long changed = number("select total_changes()") - before;
        return new ExecuteResponse(
                request.id(),
                new Epoch(epoch),
                new Txid(txid),
                counts,
                changed,
                number("select last_insert_rowid()"),
                changed > 0,
                rows,
                failure);
    }

    private long number(String sql) throws SQLException {
        try (Statement statement = writer.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            return result.getLong(1);
        }
    }

    private static boolean isDeclared(ResultSet result, int column) throws SQLException {
        return ((CoreStatement) result.getStatement())
                        .pointer.safeRun((database, pointer) -> database.column_decltype(pointer, column))
                != null;
    }

    static ExecuteResponse.Rows rows(ResultSet result) throws SQLException {
        ResultSetMetaData metaData = result.getMetaData();
        List<ExecuteResponse.Column> columns = new ArrayList<>();
        for (int column = 1; column <= metaData.getColumnCount(); column++) {
            columns.add(new ExecuteResponse.Column(
                    metaData.getColumnName(column),
                    isDeclared(result, column - 1) ? metaData.getColumnTypeName(column) : "",
                    metaData.getTableName(column),
                    metaData.getPrecision(column),
                    metaData.getScale(column),
                    metaData.isNullable(column),
                    metaData.isAutoIncrement(column)));
        }
        List<List<Object>> values = new ArrayList<>();
        while (result.next()) {
            List<Object> row = new ArrayList<>();
            for (int column = 1; column <= columns.size(); column++) {
                Object value = result.getObject(column);
                row.add(value instanceof Integer number ? (Object) number.longValue() : value);
            }
            values.add(row);
        }
        return new ExecuteResponse.Rows(columns, values);
    }

    @Override
    public void close() throws SQLException {
        server.stop(0);
        threads.shutdownNow();
        writer.close();
    }
}
