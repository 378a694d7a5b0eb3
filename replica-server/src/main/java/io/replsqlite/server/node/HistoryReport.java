package io.replsqlite.server.node;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.replsqlite.base.Epoch;
import io.replsqlite.server.database.ReplicatedDatabase;
import io.replsqlite.server.log.Tenure;
import java.util.List;
import java.util.TreeMap;

/**
 * The tenures that this node knows of, for {@code GET /v1/history} and {@code status --history}: what it saw, and what the
 * logs of its databases say about who wrote which transactions.
 */
final class HistoryReport {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ReplicaNode node;
    private final TreeMap<Epoch, ObjectNode> tenures = new TreeMap<>();

    HistoryReport(ReplicaNode node) {
        this.node = node;
    }

    /**
     * {@code {"node", "tenures": [{"epoch", "holder", "fromMillis", "toMillis", "reason", "endReason", "possibleLoss",
     * "databases": [{"database", "firstTxid", "lastTxid"}]}], "transitions": [...]}}; times only where this node saw it.
     */
    ObjectNode json() {
        ObjectNode root = JSON.createObjectNode().put("node", node.name());
        ArrayNode transitions = JSON.createArrayNode();
        ObjectNode last = null;
        for (LeaseEvent event : node.history().events()) {
            if (event.kind() == LeaseEvent.Kind.ROLE) {
                transitions.add(event.json());
                continue;
            }
            ObjectNode tenure = tenure(event.epoch(), event.node());
            if (last != null && !last.equals(tenure) && !last.has("toMillis")) {
                last.put("toMillis", event.atMillis());
            }
            tell(event, tenure);
            last = tenure;
        }
        node.databases().open().forEach(this::addTransactions);
        root.putArray("tenures").addAll(tenures.values());
        root.set("transitions", transitions);
        return root;
    }

    private ObjectNode tenure(Epoch epoch, String holder) {
        return tenures.computeIfAbsent(
                epoch,
                unknown -> JSON.createObjectNode().put("epoch", epoch.value()).put("holder", holder));
    }

    private static void tell(LeaseEvent event, ObjectNode tenure) {
        if (event.kind() == LeaseEvent.Kind.ENDED) {
            tenure.put("toMillis", event.atMillis()).put("endReason", event.reason());
            return;
        }
        tenure.put("fromMillis", event.atMillis()).put("reason", event.reason());
        if (event.kind() == LeaseEvent.Kind.LED) {
            ArrayNode unheard = tenure.putArray("possibleLoss");
            event.unheard().forEach(unheard::add);
        }
    }

    /** A tenure's transactions end where the next one's begin. */
    private void addTransactions(ReplicatedDatabase database) {
        database.files().ifPresent(files -> {
            List<Tenure> known = files.log().epochHistory();
            long end = files.log().durableHead().txid().value();
            for (int i = known.size() - 1; i >= 0; i--) {
                long first = known.get(i).firstTxid().value();
                ObjectNode tenure = tenure(known.get(i).epoch(), known.get(i).holder());
                tenure.withArray("databases")
                        .addObject()
                        .put("database", database.name())
                        .put("firstTxid", first)
                        .put("lastTxid", end);
                end = first - 1;
            }
        });
    }
}
