package io.replsqlite.server.node;

import io.replsqlite.base.MonotonicClock;
import io.replsqlite.server.config.NodeSetting;
import io.replsqlite.server.config.NodeSettings;
import io.replsqlite.server.endpoint.Exchange;
import io.replsqlite.server.endpoint.Routes;
import java.io.IOException;

/** Every path that a node answers. */
final class NodeRoutes {
    private static final String JSON = "application/json";

    private final ReplicaNode node;
    private final ExecuteRoute execute;
    private final AdminRoutes admin;

    NodeRoutes(ReplicaNode node, NodeSettings settings, MonotonicClock clock) {
        this.node = node;
        this.execute = new ExecuteRoute(
                node,
                settings.duration(NodeSetting.WRITE_TIMEOUT),
                NodeParts.executeLimits(settings),
                NodeParts.wireLimits(settings),
                clock);
        this.admin = new AdminRoutes(node, clock);
    }

    Routes all() {
        return new Routes()
                .add("POST", "/v1/databases/*/execute", execute)
                .add("POST", "/v1/databases/*/outcome", new OutcomeRoute(node)::handle)
                .add("POST", "/v1/databases/*/stream", this::stream)
                .add("POST", "/v1/databases/*/ack", this::acknowledge)
                .add("POST", "/v1/databases/*/resync", this::resync)
                .add("GET", "/v1/databases", this::catalogue)
                .add("GET", "/v1/status", admin::status)
                .add("POST", "/v1/databases/*/scan", admin::scan)
                .add("POST", "/v1/databases/*/create", admin::create)
                .add("POST", "/v1/databases/*/import", admin::importFile)
                .add("POST", "/v1/databases/*/drop", admin::drop);
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

    private void catalogue(Exchange exchange) throws IOException {
        exchange.answer(200, JSON, node.databases().catalogue().json());
    }
}
