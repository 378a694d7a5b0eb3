package io.replsqlite.harness.torture;

import com.fasterxml.jackson.databind.JsonNode;
import io.replsqlite.base.Deadline;
import io.replsqlite.base.Durability;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.harness.check.BankCheck;
import io.replsqlite.harness.check.LedgerCheck;
import io.replsqlite.harness.check.LinearizableCheck;
import io.replsqlite.harness.check.ListAppendCheck;
import io.replsqlite.harness.check.OnceCheck;
import io.replsqlite.harness.check.PositionCheck;
import io.replsqlite.harness.check.ReplicaCheck;
import io.replsqlite.harness.check.ReplicaState;
import io.replsqlite.harness.check.SeenCheck;
import io.replsqlite.harness.check.SessionCheck;
import io.replsqlite.harness.check.StalenessCheck;
import io.replsqlite.harness.check.TenureCheck;
import io.replsqlite.harness.check.TenureCheck.Tenure;
import io.replsqlite.harness.check.Verdict;
import io.replsqlite.harness.cluster.LocalCluster;
import io.replsqlite.harness.history.History;
import io.replsqlite.harness.rig.Rig;
import io.replsqlite.server.admin.ReplicaComparison;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Holds the history of a round, and what the replicas have in the end, against every promise. */
final class Judgement {
    private static final Duration COMPARED_WITHIN = Duration.ofSeconds(30);

    /** A write that nobody knows of may still land between the reading of two replicas. */
    private static final int READINGS = 3;

    private static final String LOST = "a lost primary had transactions that the cluster has not, as durability local"
            + " allows; they are kept aside";

    private final Rig rig;
    private final int round;
    private final History history;
    private final boolean lossAllowed;

    Judgement(Rig rig, int round, History history, Durability durability) {
        this.rig = rig;
        this.round = round;
        this.history = history;
        this.lossAllowed = durability == Durability.LOCAL;
    }

    /**
     * What a fault of the whole round leaves too little to look at for is judged with the whole run: see {@link
     * TortureReport}.
     *
     * @param setAsideBefore transactions that were set aside before this round
     */
    List<Verdict> run(SetAside setAside, long setAsideBefore) throws IOException, InterruptedException, SQLException {
        List<ReplicaState> replicas = readReplicas();
        boolean lost = lossAllowed && setAside.transactions() > setAsideBefore;
        List<Verdict> verdicts = new ArrayList<>();
        Set<Long> lostAsAllowed = lossAllowed ? setAside.ids() : Set.of();
        verdicts.add(LedgerCheck.check(history, replicas, lostAsAllowed, 0));
        verdicts.add(SeenCheck.check(history, replicas, lostAsAllowed, 0));
        verdicts.add(OnceCheck.check(history, replicas, 0));
        verdicts.add(SessionCheck.check(history, 0));
        verdicts.add(PositionCheck.check(history, lossAllowed, 0));
        verdicts.add(TenureCheck.check(tenures(), Rig.NODES));
        verdicts.add(BankCheck.check(history, replicas, Schema.TOTAL, 0));
        verdicts.add(ReplicaCheck.check(replicas, comparison(), Rig.NODES));
        if (lost) {
            verdicts.add(Verdict.excused(StalenessCheck.NAME, LOST));
            verdicts.add(Verdict.excused(LinearizableCheck.NAME, LOST));
            verdicts.add(Verdict.excused(ListAppendCheck.NAME, LOST));
        } else {
            verdicts.add(StalenessCheck.check(history, BoundedReader.BOUND.toNanos(), 0));
            verdicts.add(LinearizableCheck.check(history, replicas, 0));
            verdicts.add(ListAppendCheck.check(history, replicas, 0));
        }
        return verdicts;
    }

    private List<ReplicaState> readReplicas() throws IOException, InterruptedException, SQLException {
        List<ReplicaState> states = new ArrayList<>();
        for (int reading = 0; reading < READINGS; reading++) {
            rig.awaitLevel();
            states.clear();
            for (int node = 1; node <= Rig.NODES; node++) {
                states.add(ReplicaReader.read(rig.cluster(), node, round));
            }
            if (ReplicaCheck.check(states, List.of(), 0).passed()) {
                break;
            }
        }
        return states;
    }

    private List<Tenure> tenures() throws IOException {
        List<Tenure> tenures = new ArrayList<>();
        for (int node = 1; node <= Rig.NODES; node++) {
            for (JsonNode tenure : rig.cluster().client(node).history().path("tenures")) {
                tenures.add(new Tenure(
                        "node" + node,
                        tenure.path("epoch").asLong(),
                        tenure.path("holder").asText()));
            }
        }
        return tenures;
    }

    private List<String> comparison() throws IOException, InterruptedException {
        ReplicaComparison.Result result = ReplicaComparison.compare(
                LocalCluster.DATABASE, rig.cluster().clients(), Deadline.after(COMPARED_WITHIN, MonotonicClock.SYSTEM));
        return result.verdict() == ReplicaComparison.Verdict.EQUAL
                ? List.of()
                : List.of("the pages are " + result.verdict() + ": " + result.scans());
    }
}
