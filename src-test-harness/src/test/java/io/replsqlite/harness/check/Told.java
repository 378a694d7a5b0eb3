package io.replsqlite.harness.check;

import io.replsqlite.harness.history.History;
import io.replsqlite.harness.history.Level;
import io.replsqlite.harness.history.Operation;
import io.replsqlite.harness.history.Outcome;
import io.replsqlite.harness.history.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes histories by hand: one operation a line, times in whole units. */
final class Told {
    private final List<Operation> operations = new ArrayList<>();
    private int client = 1;
    private long session = 1;
    private int node = 1;
    private long epoch = 1;
    private long txid;

    Told by(int number) {
        client = number;
        session = number;
        return this;
    }

    Told at(int number) {
        node = number;
        return this;
    }

    Told newSession() {
        session += 1000;
        return this;
    }

    /** Of the next operation. */
    Told position(long newEpoch, long newTxid) {
        epoch = newEpoch;
        txid = newTxid;
        return this;
    }

    Told add(Level level, Outcome outcome, long from, long until, Step... steps) {
        operations.add(new Operation(
                operations.size() + 1L,
                client,
                session,
                node,
                level,
                List.of(steps),
                outcome,
                from,
                until,
                epoch,
                txid,
                ""));
        return this;
    }

    Told ok(Level level, long from, long until, Step... steps) {
        return add(level, Outcome.OK, from, until, steps);
    }

    /** Times do not matter: one after the other. */
    Told write(Outcome outcome, Step... steps) {
        long now = operations.size() * 10L;
        return add(Level.WRITE, outcome, now, now + 5, steps);
    }

    History history() {
        return new History(operations);
    }

    static ReplicaState replica(String node, Long... ledger) {
        return new ReplicaState(node, List.of(ledger), Map.of(), Map.of(), Map.of(), List.of());
    }

    static ReplicaState lists(String node, Map<String, List<Long>> lists) {
        return new ReplicaState(node, List.of(), Map.of(), lists, Map.of(), List.of());
    }

    static ReplicaState registers(String node, Map<String, Long> registers) {
        return new ReplicaState(node, List.of(), registers, Map.of(), Map.of(), List.of());
    }

    static ReplicaState balances(String node, Map<Long, Long> balances) {
        return new ReplicaState(node, List.of(), Map.of(), Map.of(), balances, List.of());
    }
}
