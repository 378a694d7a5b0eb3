package io.replsqlite.harness.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.harness.fault.ApplySoak;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A slice of the soak run; {@code -Dsoak.transactions=100000} is all of it. */
class ApplySoakTest {
    private static final long TRANSACTIONS = Long.getLong("soak.transactions", 3_000L);
    private static final long SEED = Long.getLong("soak.seed", 7L);

    @TempDir
    Path directory;

    @Test
    @Timeout(3600)
    void readersOfOtherProcessesNeverSeeAWrongSnapshot() throws Exception {
        ApplySoak.Report report = ApplySoak.run(TRANSACTIONS, directory, SEED);
        System.out.println(report);
        assertThat(report.isClean()).as("%s with -Dsoak.seed=%d", report, SEED).isTrue();
        assertSeenByAll(report);
    }

    private static void assertSeenByAll(ApplySoak.Report report) {
        assertThat(report.jvm().snapshots()).as("%s", report).isPositive();
        assertThat(report.jvm().integrityChecks()).as("%s", report).isPositive();
        assertThat(report.jvmWriter().refusals()).as("%s", report).isPositive();
        if (report.skipped().isEmpty()) {
            assertThat(report.python().snapshots()).as("%s", report).isPositive();
            assertThat(report.shell().integrityChecks()).as("%s", report).isPositive();
            assertThat(report.pythonWriter().refusals()).as("%s", report).isPositive();
        }
    }
}
