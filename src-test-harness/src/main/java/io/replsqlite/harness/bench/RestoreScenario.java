package io.replsqlite.harness.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.replsqlite.harness.cluster.MeasuredProcess;
import io.replsqlite.server.backup.storage.BackupTargets;
import io.replsqlite.server.backup.storage.StoreAccess;
import io.replsqlite.server.backup.storage.StoreUrl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Restores a database from a directory and from an S3 server, each in a process of its own with a heap of 256 MB, checked
 * whole. Against copying and syncing the file, and against Litestream's restore of its own copy in the same kind of store.
 */
final class RestoreScenario {
    private static final double MEGABYTE = 1_000_000;
    private static final double ASKED_MEGABYTES_PER_SECOND = 250;
    private static final double ASKED_OVER_LITESTREAM = 2;
    private static final double MOST_MEMORY_MEGABYTES = 512;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path directory;
    private final int megabytes;
    private final @Nullable Path s3Jar;
    private final Path source;
    private final List<Figure> figures = new ArrayList<>();
    private final Optional<LitestreamPeer> litestream = LitestreamPeer.onPath();
    private double copySeconds;
    private int epoch;

    /** @param s3Jar S3Proxy; null to leave S3 out */
    RestoreScenario(Path directory, int megabytes, @Nullable Path s3Jar) {
        this.directory = directory;
        this.megabytes = megabytes;
        this.s3Jar = s3Jar;
        this.source = directory.resolve("node");
    }

    /**
     * One kind of store.
     *
     * @param name in the figures
     * @param backup the setting of a node
     * @param database the same for the commands, with the database's name
     * @param peer where Litestream's copy goes
     * @param shell variables that Litestream takes its credentials from
     */
    private record Place(
            String name,
            String backup,
            String database,
            @Nullable Path credentials,
            String peer,
            Map<String, String> shell) {
        BackupTargets targets() {
            return BackupTargets.fixed(List.of(StoreUrl.parse(backup)), new StoreAccess(credentials, null));
        }
    }

    List<Figure> run() throws IOException, SQLException, InterruptedException {
        BootstrapScenario database = new BootstrapScenario(directory, megabytes);
        Path file = Files.createDirectories(source).resolve("bench.db");
        BenchRows.fill(file, megabytes);
        copySeconds = Math.min(database.copy(file), database.copy(file));
        if (litestream.isEmpty()) {
            System.out.println("litestream is not on the PATH: no comparison with it");
        }
        measure(new Place(
                "a directory",
                "file://" + directory.resolve("backup"),
                "file://" + directory.resolve("backup/bench"),
                null,
                "file://" + directory.resolve("litestream"),
                Map.of()));
        if (s3Jar == null) {
            System.out.println("no S3Proxy jar (--s3proxy): no restore from S3");
            return figures;
        }
        try (BenchS3 s3 = BenchS3.start(s3Jar, Files.createDirectories(directory.resolve("s3")))) {
            measure(new Place(
                    "S3Proxy",
                    s3.url("backup"),
                    s3.url("backup/bench"),
                    s3.credentials(),
                    s3.url("litestream") + "&forcePathStyle=true",
                    s3.environment()));
        }
        return figures;
    }

    private void measure(Place place) throws IOException, SQLException, InterruptedException {
        backUp(place);
        Path restored = directory.resolve("restored.db");
        MeasuredProcess ours = restore(place, restored);
        JsonNode said = JSON.readTree(
                ours.output().lines().reduce((first, second) -> second).orElse(""));
        double size = said.path("databaseBytes").asLong() / MEGABYTE;
        Files.delete(restored);
        addOwn(place, ours, said, size);
        if (litestream.isPresent()) {
            addAgainst(place, litestream.get(), ours, said, size);
        }
    }

    /** Returns when everything is in the backup. */
    private void backUp(Place place) throws IOException, SQLException, InterruptedException {
        try (BenchDatabase database = new BenchDatabase(source, ++epoch, Optional.of(place.targets()))) {
            while (database.uploaded() < database.head()) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
        }
    }

    private static MeasuredProcess restore(Place place, Path target) throws IOException, InterruptedException {
        List<String> arguments =
                new ArrayList<>(List.of("restore", place.database(), "--to", target.toString(), "--json"));
        Path credentials = place.credentials();
        if (credentials != null) {
            arguments.addAll(List.of("--credentials-file", credentials.toString()));
        }
        return MeasuredProcess.ours(arguments);
    }

    private void addOwn(Place place, MeasuredProcess ours, JsonNode said, double size) {
        double readSeconds = said.path("readMillis").asLong() / 1000.0;
        String text = "%.0f MB: read %.2f s, checked %.2f s, the whole command %.2f s, at most %d MB resident"
                .formatted(
                        size,
                        readSeconds,
                        said.path("checkMillis").asLong() / 1000.0,
                        ours.seconds(),
                        ours.peakMegabytes());
        Measurement copy = Measurement.of("cp and fsync %.2f s".formatted(copySeconds), "seconds", copySeconds);
        Measurement own = new Measurement(
                text,
                Map.of("readSeconds", readSeconds, "seconds", ours.seconds(), "peakBytes", (double) ours.peakBytes()),
                List.of());
        String what = "restore from " + place.name();
        double rate = size / readSeconds;
        figures.add(
                new Figure(what + ", read and written", own, copy, rate, ASKED_MEGABYTES_PER_SECOND, true, " MB/s"));
        figures.add(new Figure(
                what + " against cp and fsync, read and written", own, copy, readSeconds / copySeconds, 2, false, "x"));
        figures.add(new Figure(
                what + ", memory", own, Measurement.NONE, ours.peakMegabytes(), MOST_MEMORY_MEGABYTES, false, " MB"));
    }

    /** Like with like: its default checks nothing of the database, so that is held against our reading alone. */
    private void addAgainst(Place place, LitestreamPeer peer, MeasuredProcess ours, JsonNode said, double size)
            throws IOException, InterruptedException {
        Path copy = Files.copy(source.resolve("bench.db"), directory.resolve("peer.db"));
        peer.replicate(copy, place.peer(), place.shell());
        Files.delete(copy);
        double unchecked = ours.seconds() - said.path("checkMillis").asLong() / 1000.0;
        String what = "restore from " + place.name() + " against Litestream, ";
        figures.add(against(what + "nothing checked", unchecked, restored(place, peer, "none"), size));
        figures.add(against(what + "integrity checked", ours.seconds(), restored(place, peer, "full"), size));
    }

    private MeasuredProcess restored(Place place, LitestreamPeer peer, String check)
            throws IOException, InterruptedException {
        Path target = directory.resolve("peer-restored.db");
        MeasuredProcess restored = peer.restore(place.peer(), target, check, place.shell());
        Files.delete(target);
        return restored;
    }

    private static Figure against(String what, double ourSeconds, MeasuredProcess theirs, double size) {
        String text = "%.2f s, %.0f MB/s, at most %d MB resident"
                .formatted(theirs.seconds(), size / theirs.seconds(), theirs.peakMegabytes());
        Map<String, Double> values = Map.of("seconds", theirs.seconds(), "peakBytes", (double) theirs.peakBytes());
        return new Figure(
                what,
                Measurement.of(
                        "%.2f s, %.0f MB/s, from start to end".formatted(ourSeconds, size / ourSeconds),
                        "seconds",
                        ourSeconds),
                new Measurement("Litestream " + text, values, List.of()),
                theirs.seconds() / ourSeconds,
                ASKED_OVER_LITESTREAM,
                true,
                "x");
    }
}
