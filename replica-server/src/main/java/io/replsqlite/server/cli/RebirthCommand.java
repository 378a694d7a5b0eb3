package io.replsqlite.server.cli;

import io.replsqlite.base.MonotonicClock;
import io.replsqlite.server.backup.bootstrap.LostDatabase;
import io.replsqlite.server.backup.restore.RestorePoint;
import io.replsqlite.server.backup.storage.StoreUrl;
import io.replsqlite.server.node.NodeRebirth;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "rebirth",
        description = {
            "Bring a whole cluster back of which only the backup is left: makes the directory of its first node.",
            "Then `serve --dir DIR` with the settings of the lost nodes, and the others with empty directories. Only if no node"
                    + " is left: one that comes back later has to give way, and its own commits are rescued, not served."
        },
        sortOptions = false)
final class RebirthCommand implements Callable<Integer>, JsonAware {
    @Parameters(
            index = "0",
            paramLabel = "URL",
            description = "the setting 'backup' of the lost cluster, such as s3://bucket/path?endpoint=URL&region=NAME")
    private String url = "";

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            required = true,
            description = "the directory to make; no node may have been there")
    private Path directory = Path.of("");

    @Option(
            names = "--database",
            paramLabel = "NAME",
            description = "only this one; may be repeated. Default: all that are there.")
    private List<String> names = new ArrayList<>();

    @Option(
            names = "--timestamp",
            paramLabel = "TIME",
            description = "as of this moment, such as 2026-11-23T10:15:30Z. Default: the newest state.")
    private @Nullable String timestamp;

    @Mixin
    private StoreOptions access = new StoreOptions();

    @Option(names = "--dry-run", description = "only show what would be brought back")
    private boolean dryRun;

    @Option(names = "--json", description = "print one JSON value for each database instead of text")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public boolean wantsJson() {
        return json;
    }

    @Override
    public Integer call() throws CommandFailure {
        StoreUrl backup = StoreOptions.parse(url);
        RestorePoint point = point();
        try (NodeRebirth rebirth =
                NodeRebirth.plan(directory, backup, access.access(), names, point, MonotonicClock.SYSTEM)) {
            if (!dryRun) {
                rebirth.run(new RestoreProgress(spec.commandLine().getErr(), MonotonicClock.SYSTEM));
            }
            print(rebirth);
            return ExitCode.OK.number();
        } catch (IOException failure) {
            throw StoreOptions.report("the cluster is not brought back", failure);
        }
    }

    private RestorePoint point() throws CommandFailure {
        String moment = timestamp;
        if (moment == null) {
            return new RestorePoint.Latest();
        }
        try {
            return new RestorePoint.AtMoment(Instant.parse(moment).toEpochMilli());
        } catch (DateTimeParseException malformed) {
            throw new CommandFailure(
                    new ErrorReport(
                            "'" + moment + "' is no moment",
                            String.valueOf(malformed.getMessage()),
                            "give --timestamp 2026-11-23T10:15:30Z"),
                    malformed);
        }
    }

    private void print(NodeRebirth rebirth) {
        PrintWriter out = spec.commandLine().getOut();
        for (LostDatabase database : rebirth.databases()) {
            if (json) {
                Map<String, Object> value = new LinkedHashMap<>();
                value.put("database", database.name());
                value.put("id", database.id().toString());
                value.put("txid", database.txid());
                value.put("firstTxid", database.firstTxid(rebirth.epoch()).value());
                value.put("epoch", rebirth.epoch().value());
                value.put("bytes", database.downloadBytes());
                value.put("done", !dryRun);
                out.println(Json.line(value));
            } else {
                out.printf(
                        "%s: the state of txid %d, %d MiB, as txid %s of epoch %s%n",
                        database.name(),
                        database.txid(),
                        database.downloadBytes() >> 20,
                        database.firstTxid(rebirth.epoch()),
                        rebirth.epoch());
            }
        }
        if (!json && !dryRun) {
            out.printf("start it: ./replsqlite serve --dir %s --backup '%s' ...%n", directory, url);
        }
    }
}
