package io.replsqlite.harness.check;

import io.replsqlite.harness.history.Operation;
import io.replsqlite.harness.history.Step;
import java.util.HashMap;
import java.util.Map;

/**
 * A read of the ledger's heads: one step, key {@value #KEY}, whose values are pairs of a client's number and the highest
 * id of its rows. It stands for a read of the whole ledger, because a client's ids only grow.
 */
public final class Heads {
    public static final String KEY = "heads";

    private Heads() {}

    /** The name under which a client's rows stand in steps. */
    public static String client(long number) {
        return "client" + number;
    }

    /** By client; empty if the operation is no such read. */
    static Map<String, Long> of(Operation operation) {
        Map<String, Long> heads = new HashMap<>();
        for (Step step : operation.steps()) {
            if (step.kind() == Step.Kind.READ && step.key().equals(KEY)) {
                for (int i = 0; i + 1 < step.values().size(); i += 2) {
                    heads.put(client(step.values().get(i)), step.values().get(i + 1));
                }
            }
        }
        return heads;
    }

    static boolean isReadOf(Operation operation) {
        return operation.steps().stream()
                .anyMatch(step -> step.kind() == Step.Kind.READ && step.key().equals(KEY));
    }
}
