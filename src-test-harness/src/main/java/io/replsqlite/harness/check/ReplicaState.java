package io.replsqlite.harness.check;

import java.util.List;
import java.util.Map;

/**
 * What one replica holds when everything is healed and level.
 *
 * @param node its name
 * @param ledger ids of the rows in the order in which they were inserted; one that is there twice is listed twice
 * @param registers by key
 * @param lists by key, in order
 * @param balances by account
 * @param complaints what integrity_check and foreign_key_check say; none if all is well
 */
public record ReplicaState(
        String node,
        List<Long> ledger,
        Map<String, Long> registers,
        Map<String, List<Long>> lists,
        Map<Long, Long> balances,
        List<String> complaints) {
    public ReplicaState {
        ledger = List.copyOf(ledger);
        registers = Map.copyOf(registers);
        lists = Map.copyOf(lists);
        balances = Map.copyOf(balances);
        complaints = List.copyOf(complaints);
    }
}
