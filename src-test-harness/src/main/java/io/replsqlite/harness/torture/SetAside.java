package io.replsqlite.harness.torture;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.replsqlite.harness.cluster.LocalCluster;
import io.replsqlite.harness.rig.Rig;
import io.replsqlite.server.rescue.RescuedTail;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * What lost primaries had and have kept.
 *
 * @param ids rows of the ledger that are told
 * @param transactions how many in all, told or not
 */
record SetAside(Set<Long> ids, long transactions) {
    private static final ObjectMapper JSON = new ObjectMapper();

    SetAside {
        ids = Set.copyOf(ids);
    }

    static SetAside read(LocalCluster cluster) throws IOException {
        Set<Long> ids = new HashSet<>();
        long transactions = 0;
        for (int node = 1; node <= Rig.NODES; node++) {
            Path file = cluster.databaseFile(node, LocalCluster.DATABASE);
            Path state = file.resolveSibling(file.getFileName() + "-replsqlite");
            for (RescuedTail tail : RescuedTail.in(state)) {
                transactions += tail.manifest().transactions();
                addRows(tail.rows(), ids);
            }
            transactions += RescuedTail.otherLogsIn(state).size();
        }
        return new SetAside(ids, transactions);
    }

    private static void addRows(Path rows, Set<Long> ids) throws IOException {
        if (!Files.exists(rows)) {
            return; // their rows could not be told, which the manifest says
        }
        try (BufferedReader in = Files.newBufferedReader(rows)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                JsonNode row = JSON.readTree(line);
                if (row.path("table").asText().equals("ledger")
                        && row.path("after").has("id")) {
                    ids.add(row.path("after").path("id").asLong());
                }
            }
        }
    }
}
