package io.replsqlite.server.cli;

import io.replsqlite.api.Token;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Txid;
import io.replsqlite.server.backup.layout.BackupObject;
import io.replsqlite.server.backup.restore.BackupPlace;
import io.replsqlite.server.backup.restore.Restore;
import io.replsqlite.server.backup.restore.RestoreEstimate;
import io.replsqlite.server.backup.restore.RestorePlan;
import io.replsqlite.server.backup.restore.RestorePoint;
import io.replsqlite.server.backup.restore.RestoreResult;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "restore",
        description = {
            "Bring a database back from its backup, to the newest state or to any point that is there.",
            "Everything is checked before the file gets its name: each object, that none is missing, the state's checksum,"
                    + " integrity and foreign keys."
        },
        sortOptions = false)
final class RestoreCommand implements Callable<Integer>, JsonAware {
    private static final int BYTES_PER_MIB = 1 << 20;

    @Mixin
    private BackupOptions backup = new BackupOptions();

    @Option(names = "--to", paramLabel = "FILE", required = true, description = "the file to make; it must not exist")
    private Path target = Path.of("");

    /** At most one of them. */
    static final class Point {
        @Option(names = "--txid", paramLabel = "N", description = "after this commit")
        private @Nullable Long txid;

        @Option(
                names = "--timestamp",
                paramLabel = "TIME",
                description = "after the last commit not later than this, such as 2026-11-23T10:15:30Z")
        private @Nullable String timestamp;

        @Option(names = "--token", paramLabel = "TOKEN", description = "what the session with this token had seen")
        private @Nullable String token;
    }

    @ArgGroup(exclusive = true)
    private @Nullable Point point;

    @Option(names = "--dry-run", description = "only show what would be read")
    private boolean dryRun;

    @Option(
            names = "--replace",
            description = "if the file exists, set it aside as FILE.replaced-TIME once the restored one is checked")
    private boolean replace;

    @Option(names = "--json", description = "print one JSON value instead of text")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public boolean wantsJson() {
        return json;
    }

    @Override
    public Integer call() throws CommandFailure, InterruptedException {
        RestorePoint wanted = wanted();
        return backup.open("nothing was restored", (store, url) -> {
            BackupPlace place = backup.place(store, url);
            if (dryRun) {
                RestorePlan plan = Restore.plan(place, wanted);
                print(plan, RestoreEstimate.of(place, plan, MonotonicClock.SYSTEM));
            } else {
                RestoreProgress progress =
                        new RestoreProgress(spec.commandLine().getErr(), MonotonicClock.SYSTEM);
                print(new Restore(place, wanted, target, replace, progress, MonotonicClock.SYSTEM).run());
            }
            return ExitCode.OK.number();
        });
    }

    private RestorePoint wanted() throws CommandFailure {
        Point given = point;
        try {
            if (given == null) {
                return new RestorePoint.Latest();
            }
            if (given.txid != null) {
                return new RestorePoint.AtTxid(new Txid(given.txid));
            }
            if (given.timestamp != null) {
                return new RestorePoint.AtMoment(Instant.parse(given.timestamp).toEpochMilli());
            }
            Token token = Token.parse(String.valueOf(given.token));
            return new RestorePoint.AtToken(token.databaseId(), token.epoch(), token.txid());
        } catch (IllegalArgumentException | DateTimeParseException malformed) {
            throw new CommandFailure(
                    new ErrorReport(
                            "the point to restore to is not one",
                            String.valueOf(malformed.getMessage()),
                            "give --txid 42, --timestamp 2026-11-23T10:15:30Z or --token TOKEN"),
                    malformed);
        }
    }

    private void print(RestorePlan plan, RestoreEstimate estimate) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Map<String, Object> value = new LinkedHashMap<>();
            value.put("txid", plan.txid());
            value.put("files", plan.files().stream().map(BackupObject::key).toList());
            value.put("singleCommits", plan.steps().size());
            value.put("bytes", plan.bytes());
            value.put("databaseBytes", estimate.databaseBytes());
            value.put("expectedMillis", estimate.millis());
            value.put("stateKnown", plan.expected() != null);
            out.println(Json.line(value));
            return;
        }
        out.printf("txid %d: %d files, %d bytes%n", plan.txid(), plan.files().size(), plan.bytes());
        for (BackupObject file : plan.files()) {
            out.printf("  %12d  %s%n", file.sizeBytes(), file.key());
        }
        out.printf(
                "a database of %d MiB, read in about %.1f s (as %d MiB of it were), then checked%n",
                estimate.databaseBytes() / BYTES_PER_MIB,
                estimate.millis() / 1000.0,
                estimate.sampleBytes() / BYTES_PER_MIB);
        if (!plan.steps().isEmpty()) {
            out.printf("  then %d single commits%n", plan.steps().size());
        }
    }

    private void print(RestoreResult result) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Map<String, Object> value = new LinkedHashMap<>();
            value.put("file", target.toAbsolutePath().toString());
            value.put("txid", result.txid());
            value.put("at", Instant.ofEpochMilli(result.timestampMillis()).toString());
            value.put("state", result.state().toString());
            value.put("stateProven", result.isStateProven());
            value.put("databaseBytes", result.databaseBytes());
            value.put("downloadedBytes", result.downloadedBytes());
            value.put("resumedBytes", result.resumedBytes());
            value.put("claimedTxid", result.claimedTxid());
            value.put("files", result.files());
            value.put("foreignKeyViolations", result.foreignKeyViolations());
            value.put("readMillis", result.readMillis());
            value.put("checkMillis", result.checkMillis());
            out.println(Json.line(value));
            return;
        }
        out.printf(
                "%s: txid %d of %s, %d MiB in %.1f s (%d MiB/s read, then checked in %.1f s)%n",
                target,
                result.txid(),
                Instant.ofEpochMilli(result.timestampMillis()),
                result.databaseBytes() / BYTES_PER_MIB,
                result.totalMillis() / 1000.0,
                result.databaseBytes() / BYTES_PER_MIB * 1000 / Math.max(1, result.readMillis()),
                result.checkMillis() / 1000.0);
        if (result.resumedBytes() > 0) {
            out.printf("went on where an interrupted restore had read %d MiB%n", result.resumedBytes() / BYTES_PER_MIB);
        }
        if (result.claimedTxid() > result.txid()) {
            out.printf(
                    "the upload of txid %d had begun, but never ended: up to there, commits are missing%n",
                    result.claimedTxid());
        }
        out.printf(
                "integrity ok; state %s, %s; %d rows whose foreign keys lead nowhere%n",
                result.state(),
                result.isStateProven() ? "as the primary recorded it" : "which the backup has no record of",
                result.foreignKeyViolations());
    }
}
