package io.replsqlite.harness.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a run over the corpus has seen; filled by one thread. */
final class CorpusReport {
    private static final int KEPT_FAULTS = 20;

    private final Map<String, Integer> routes = new TreeMap<>();
    private final List<String> faults = new ArrayList<>();
    private int faultCount;
    private int scripts;
    private int statements;
    private int queries;
    private int errors;
    private int writes;

    void ran(TestScript.Entry entry, boolean wrote, boolean failed, String route) {
        if (entry.isQuery()) {
            queries++;
        } else {
            statements++;
        }
        writes += wrote ? 1 : 0;
        errors += failed ? 1 : 0;
        routes.merge(route, 1, Integer::sum);
    }

    void scriptDone() {
        scripts++;
    }

    void fault(String fault) {
        faultCount++;
        if (faults.size() < KEPT_FAULTS) {
            faults.add(fault);
        }
    }

    List<String> faults() {
        return faults;
    }

    int executed() {
        return statements + queries;
    }

    int writes() {
        return writes;
    }

    int queries() {
        return queries;
    }

    @Override
    public String toString() {
        return scripts + " scripts, " + statements + " statements, " + queries + " queries; " + writes + " wrote, "
                + errors + " failed alike; " + faultCount + " differences; routes " + routes;
    }
}
