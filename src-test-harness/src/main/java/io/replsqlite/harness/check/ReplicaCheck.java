package io.replsqlite.harness.check;

import java.util.List;

/** Every replica holds the same, is whole, and keeps its foreign keys. */
public final class ReplicaCheck {
    public static final String NAME = "replicas equal and whole";

    private ReplicaCheck() {}

    /** @param comparison what a comparison of all pages found wrong; empty if nothing */
    public static Verdict check(List<ReplicaState> replicas, List<String> comparison, long required) {
        Verdict.Tally tally = new Verdict.Tally(NAME, required);
        comparison.forEach(tally::violation);
        for (int i = 0; i < replicas.size(); i++) {
            ReplicaState replica = replicas.get(i);
            replica.complaints().forEach(complaint -> tally.violation(replica.node() + ": " + complaint));
            tally.examined(1);
            if (i > 0) {
                same(replicas.get(0), replica, tally);
            }
        }
        return tally.verdict();
    }

    private static void same(ReplicaState one, ReplicaState other, Verdict.Tally tally) {
        String both = one.node() + " and " + other.node();
        tally.require(one.ledger().equals(other.ledger()), () -> "the ledgers differ: " + both);
        tally.require(one.registers().equals(other.registers()), () -> "the registers differ: " + both);
        tally.require(one.lists().equals(other.lists()), () -> "the lists differ: " + both);
        tally.require(one.balances().equals(other.balances()), () -> "the balances differ: " + both);
    }
}
