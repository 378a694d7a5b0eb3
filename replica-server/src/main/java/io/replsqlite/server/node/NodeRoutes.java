package io.replsqlite.server.node;

import io.replsqlite.base.MonotonicClock;
import io.replsqlite.embed.NodeCalls;
import io.replsqlite.server.config.NodeSetting;
import io.replsqlite.server.config.NodeSettings;
import io.replsqlite.server.election.ElectionCodec;
import io.replsqlite.server.election.PromiseRequest;
import io.replsqlite.server.endpoint.Exchange;
import io.replsqlite.server.endpoint.RefusedException;
import io.replsqlite.server.endpoint.RouteLimit;
import io.replsqlite.server.endpoint.Routes;
import io.replsqlite.server.execute.StatementExecutor;
import io.replsqlite.server.majority.Beat;
import io.replsqlite.server.majority.BeatCodec;
import java.io.IOException;
import java.time.Duration;

/** Every path that a node answers. */
final class NodeRoutes {
    private static final String JSON = "application/json";

    private final ReplicaNode node;
    private final ExecuteRoute execute;
    private final JointRoute joint;
    private final SessionRoutes sessions;
    private final OutcomeRoute outcomes;
    private final HeadRoutes heads;
    private final NodeCalls inProcess;
    private final AdminRoutes admin;
    private final RouteLimit streams;
    private final RouteLimit writes;

    NodeRoutes(ReplicaNode node, NodeSettings settings, MonotonicClock clock) {
        this.node = node;
        Duration writeTimeout = settings.duration(NodeSetting.WRITE_TIMEOUT);
        DriverCalls calls = new DriverCalls(node, NodeParts.wireLimits(settings), clock);
        StatementExecutor executor =
                new StatementExecutor(NodeParts.clientLimits(settings).results());
        this.execute = new ExecuteRoute(calls, writeTimeout, executor, clock);
        this.joint = new JointRoute(calls, execute);
        this.sessions =
                new SessionRoutes(calls, execute, writeTimeout, settings.count(NodeSetting.MAX_TRANSACTIONS), clock);
        this.heads = new HeadRoutes(node, calls);
        this.outcomes = new OutcomeRoute(node, calls);
        this.inProcess = new InProcessCalls(calls, execute, sessions, outcomes, heads);
        this.admin = new AdminRoutes(node, clock);
        this.streams = new RouteLimit(settings.count(NodeSetting.MAX_STREAMS), exchange -> {
            throw new RefusedException(429, "overloaded", overloaded(NodeSetting.MAX_STREAMS));
        });
        this.writes = new RouteLimit(settings.count(NodeSetting.MAX_WAITING_WRITES), calls::refuseOverloaded);
    }

    /** What drivers ask, for those in this process. */
    NodeCalls inProcess() {
        return inProcess;
    }

    Routes all() {
        return new Routes()
                .add("POST", "/v1/databases/*/execute", writes.on(execute))
                .add("POST", "/v1/databases/*/executions", writes.on(joint))
                .add("POST", "/v1/databases/*/transactions", sessions::step)
                .add("POST", "/v1/databases/*/cursors", sessions::cursor)
                .add("POST", "/v1/databases/*/alive", sessions::alive)
                .add("POST", "/v1/databases/*/cancel", sessions::cancel)
                .add("POST", "/v1/databases/*/abandon", sessions::abandon)
                .add("POST", "/v1/databases/*/outcome", writes.on(outcomes::handle))
                .add("GET", "/v1/databases/*/head", heads::head)
                .add("GET", "/v1/databases/*/epochs", heads::epochs)
                .add("POST", "/v1/databases/*/stream", streams.on(this::stream))
                .add("POST", "/v1/databases/*/ack", this::acknowledge)
                .add("POST", "/v1/databases/*/resync", streams.on(this::resync))
                .add("POST", "/v1/databases/*/common", this::common)
                .add("POST", "/v1/databases/*/rewind", streams.on(this::rewind))
                .add("GET", "/v1/databases", this::catalogue)
                .add("POST", "/v1/election/promise", this::promise)
                .add("POST", "/v1/election/beat", this::beat)
                .add("POST", "/v1/handoff", admin::handOff)
                .add("GET", "/v1/status", admin::status)
                .add("GET", "/v1/history", admin::history)
                .add("GET", "/v1/metrics", admin::metrics)
                .add("POST", "/v1/databases/*/scan", admin::scan)
                .add("POST", "/v1/databases/*/counts", admin::counts)
                .add("POST", "/v1/databases/*/create", admin::create)
                .add("POST", "/v1/databases/*/import", admin::importFile)
                .add("POST", "/v1/databases/*/drop", admin::drop);
    }

    /** What is said of a request that is one too many. */
    static String overloaded(NodeSetting limit) {
        return "The node serves as many requests of this kind as its setting " + limit.key()
                + " allows. Nothing was executed; try again in a moment.";
    }

    private void stream(Exchange exchange) throws IOException, InterruptedException {
        node.databases().byName(exchange.variable()).primaryService().stream(exchange);
    }

    private void acknowledge(Exchange exchange) throws IOException {
        node.databases().byName(exchange.variable()).primaryService().acknowledge(exchange);
    }

    private void resync(Exchange exchange) throws IOException, InterruptedException {
        node.databases().byName(exchange.variable()).primaryService().resync(exchange);
    }

    private void promise(Exchange exchange) throws IOException, InterruptedException {
        PromiseRequest request;
        try {
            request = ElectionCodec.decodeRequest(exchange.body());
        } catch (IOException malformed) {
            throw new RefusedException(400, "badRequest", String.valueOf(malformed.getMessage()));
        }
        exchange.answer(200, JSON, ElectionCodec.encode(node.promise(request)));
    }

    private void beat(Exchange exchange) throws IOException {
        Beat beat;
        try {
            beat = BeatCodec.decodeBeat(exchange.body());
        } catch (IOException malformed) {
            throw new RefusedException(400, "badRequest", String.valueOf(malformed.getMessage()));
        }
        exchange.answer(200, JSON, BeatCodec.encode(node.beat(beat)));
    }

    private void common(Exchange exchange) throws IOException {
        node.databases().byName(exchange.variable()).primaryService().common(exchange);
    }

    private void rewind(Exchange exchange) throws IOException, InterruptedException {
        node.databases().byName(exchange.variable()).primaryService().rewind(exchange);
    }

    private void catalogue(Exchange exchange) throws IOException {
        exchange.answer(200, JSON, node.databases().catalogue().json());
    }
}
