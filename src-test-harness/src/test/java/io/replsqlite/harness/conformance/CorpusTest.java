package io.replsqlite.harness.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.MonotonicClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * SQLite's own test corpus through a follower's connection and through plain sqlite-jdbc, statement by statement: the same
 * rows in the same order, the same counts, the same errors; writes at the primary, reads here.
 *
 * <p>The build takes a slice. All of it, or as much as fits into a time, in an order drawn by the seed:
 *
 * <pre>mvn -pl src-test-harness -am -Dtest=CorpusTest -Dsurefire.failIfNoSpecifiedTests=false
 *     -Dcorpus.minutes=20 -Dcorpus.seed=1 -Dcorpus.queries=1000 test</pre>
 *
 * <p>{@code corpus.queries} bounds the queries of one script, drawn from all over it; without it, all are run.
 */
class CorpusTest {
    private static final int SLICE_STATEMENTS = 60;
    private static final int SLICE_QUERIES = 80;

    @TempDir
    Path directory;

    private final CorpusReport report = new CorpusReport();
    private final long seed = Long.getLong("corpus.seed", 1);

    @Test
    void aSliceAnswersAsPlainSqliteDoes() throws Exception {
        try (Corpus corpus = Corpus.open()) {
            List<String> slice = corpus.names().stream()
                    .filter(name -> name.matches("test/(select\\d|evidence/.*)\\.test"))
                    .toList();
            runAll(corpus, slice, SLICE_STATEMENTS, SLICE_QUERIES, Duration.ofMinutes(5));
        }
        assertThat(report.executed()).isGreaterThan(600);
        assertThat(report.writes()).isGreaterThan(200);
        assertThat(report.queries()).isGreaterThan(300);
    }

    @Test
    @EnabledIfSystemProperty(named = "corpus.minutes", matches = "\\d+")
    void allOfItAnswersAsPlainSqliteDoes() throws Exception {
        Duration budget = Duration.ofMinutes(Long.getLong("corpus.minutes", 10));
        try (Corpus corpus = Corpus.open()) {
            List<String> names = new ArrayList<>(corpus.names());
            Collections.shuffle(names, new Random(seed));
            runAll(corpus, names, Integer.MAX_VALUE, Integer.getInteger("corpus.queries", Integer.MAX_VALUE), budget);
        }
        assertThat(report.executed()).isPositive();
    }

    /** Each script gets a database of its own, made while the one before it runs. */
    private void runAll(Corpus corpus, List<String> names, int statements, int queries, Duration budget)
            throws Exception {
        Deadline end = Deadline.after(budget, MonotonicClock.SYSTEM);
        try (TwoNodes nodes = new TwoNodes(directory)) {
            String next = nodes.create();
            for (String name : names) {
                String database = next;
                next = nodes.create();
                TestScript script = corpus.read(name);
                try (ScriptRun run = new ScriptRun(nodes.plain(database, ""), nodes.onFollower(database, ""), report)) {
                    runScript(run, script, new Sample(statements, queries), end);
                }
                nodes.drop(database);
                System.out.println("corpus seed " + seed + ": " + name + "; " + report);
                if (end.hasPassed()) {
                    break;
                }
            }
        }
        assertThat(report.faults()).as("corpus seed %d: %s", seed, report).isEmpty();
    }

    private void runScript(ScriptRun run, TestScript script, Sample sample, Deadline end) throws Exception {
        sample.over(script);
        for (TestScript.Entry entry : script.entries()) {
            if (end.hasPassed()) {
                return;
            }
            if (sample.takes(entry)) {
                run.run(script.name(), entry, sample.random.nextBoolean());
            }
        }
        run.compareContent(script.name());
        report.scriptDone();
    }

    /** The first statements of a script, which make its tables, and queries from all over it. */
    private final class Sample {
        private final Random random = new Random(seed);
        private final int queries;
        private int statementsLeft;
        private double share;

        Sample(int statements, int queries) {
            this.statementsLeft = statements;
            this.queries = queries;
        }

        void over(TestScript script) {
            long all =
                    script.entries().stream().filter(TestScript.Entry::isQuery).count();
            share = all <= queries ? 1 : (double) queries / all;
        }

        boolean takes(TestScript.Entry entry) {
            return entry.isQuery() ? random.nextDouble() < share : statementsLeft-- > 0;
        }
    }
}
