package io.replsqlite.server.cli;

import io.replsqlite.server.rescue.Manifest;
import io.replsqlite.server.rescue.RescuedTail;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows what a node had committed and the cluster did not. Reads files only; the node may run or not. */
@Command(
        name = "rescued",
        description = "List transactions that this node had and the cluster lost, or tell the rows of one list.",
        sortOptions = false)
final class RescuedCommand implements Callable<Integer>, JsonAware {
    private static final String STATE_SUFFIX = ".db-replsqlite";

    @Option(names = "--dir", paramLabel = "NODE_DIR", description = "the node's directory (default: this one)")
    private Path place = Path.of(".");

    @Option(names = "--database", paramLabel = "NAME", description = "only this database of the node")
    private @Nullable String database;

    @Option(names = "--json", description = "list as one JSON value a line")
    private boolean json;

    @Parameters(
            arity = "0..1",
            paramLabel = "TAIL",
            description = "a directory from the list: its rows, one JSON value a line")
    private @Nullable Path tail;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public boolean wantsJson() {
        return json;
    }

    @Override
    public Integer call() throws CommandFailure {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        Path chosen = tail;
        try {
            if (chosen != null) {
                tell(RescuedTail.open(chosen), out);
            } else {
                list(out);
            }
        } catch (IOException unreadable) {
            throw new CommandFailure(
                    new ErrorReport(
                            "cannot show what was rescued in " + (chosen != null ? chosen : place),
                            String.valueOf(unreadable.getMessage()),
                            "name a node's directory by --dir, or a directory from its list"),
                    unreadable);
        }
        return ExitCode.OK.number();
    }

    private void list(PrintWriter out) throws IOException {
        int found = 0;
        for (Path state : stateDirectories()) {
            for (RescuedTail one : RescuedTail.in(state)) {
                found++;
                out.println(
                        json ? one.manifest().json().put("tail", one.directory().toString()) : line(one));
            }
            for (Path log : RescuedTail.otherLogsIn(state)) {
                found++;
                if (!json) {
                    out.printf("%s: a whole log that was set aside; ./replsqlite inspect shows its segments%n", log);
                }
            }
        }
        if (found == 0 && !json) {
            out.println("Nothing was rescued here.");
        }
    }

    private static String line(RescuedTail tail) {
        Manifest manifest = tail.manifest();
        String rows = manifest.undecoded() != null
                ? "rows not told: " + manifest.undecoded()
                : manifest.rows() + " rows" + (manifest.pageLines() > 0 ? ", some pages not told" : "");
        return "%s: %s, %d transactions of epoch %s (txid %d to %d), %s, lost to epoch %s (%s) at %s"
                .formatted(
                        tail.directory(),
                        manifest.database(),
                        manifest.transactions(),
                        manifest.epoch(),
                        manifest.firstTxid().value(),
                        manifest.lastTxid().value(),
                        rows,
                        manifest.lostTo(),
                        manifest.lostToHolder(),
                        manifest.when());
    }

    private List<Path> stateDirectories() throws IOException {
        String only = database;
        try (Stream<Path> entries = Files.list(place)) {
            return entries.filter(entry -> name(entry).endsWith(STATE_SUFFIX))
                    .filter(entry -> only == null || name(entry).equals(only + STATE_SUFFIX))
                    .sorted()
                    .toList();
        }
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }

    /** Of a tail whose rows could not be told, its transactions. */
    private static void tell(RescuedTail tail, PrintWriter out) throws IOException {
        String undecoded = tail.manifest().undecoded();
        Path lines = undecoded == null ? tail.rows() : tail.transactions();
        try (BufferedReader reader = Files.newBufferedReader(lines)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                out.println(line);
            }
        }
    }
}
