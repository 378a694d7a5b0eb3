package io.replsqlite.server.rescue;

import io.replsqlite.base.Hex;
import io.replsqlite.base.Position;
import io.replsqlite.server.files.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A tail on disk. Readable by anybody at any time: it never changes. */
public record RescuedTail(Path directory, Manifest manifest) {
    public static final String PARENT = "rescued";

    private static final String TRANSACTIONS = "transactions.jsonl";
    private static final String ROWS = "rows.jsonl";
    private static final Pattern NAME = Pattern.compile("[0-9a-f]{16}(-[0-9a-f]{16}){3}");

    static String nameOf(TailExtent extent, Position logHead) {
        return Hex.of(extent.lastEpoch().value()) + "-" + extent.first() + "-" + extent.last() + "-"
                + logHead.checksum();
    }

    /** What a node keeps for a database, oldest epoch first. Directories of other kinds are left out. */
    public static List<RescuedTail> in(Path stateDirectory) throws IOException {
        List<RescuedTail> tails = new ArrayList<>();
        for (Path directory : directoriesOf(stateDirectory)) {
            tails.add(open(directory));
        }
        return tails;
    }

    /** Where the tails are, whatever state their manifests are in. */
    static List<Path> directoriesOf(Path stateDirectory) throws IOException {
        return directoriesIn(stateDirectory).stream()
                .filter(directory -> NAME.matcher(name(directory)).matches())
                .toList();
    }

    /** Whole logs that were set aside in the same place; nobody can say which part of them was lost. */
    public static List<Path> otherLogsIn(Path stateDirectory) throws IOException {
        return directoriesIn(stateDirectory).stream()
                .filter(directory -> !NAME.matcher(name(directory)).matches())
                .filter(directory -> !name(directory).endsWith(DurableFiles.TEMPORARY_SUFFIX))
                .toList();
    }

    public static RescuedTail open(Path directory) throws IOException {
        return new RescuedTail(directory, Manifest.read(directory));
    }

    private static List<Path> directoriesIn(Path stateDirectory) throws IOException {
        Path parent = stateDirectory.resolve(PARENT);
        if (!Files.isDirectory(parent)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(parent)) {
            return entries.filter(Files::isDirectory).sorted().toList();
        }
    }

    private static String name(Path directory) {
        return String.valueOf(directory.getFileName());
    }

    public Path transactions() {
        return directory.resolve(TRANSACTIONS);
    }

    public Path rows() {
        return directory.resolve(ROWS);
    }

    static Path transactionsIn(Path directory) {
        return directory.resolve(TRANSACTIONS);
    }

    static Path rowsIn(Path directory) {
        return directory.resolve(ROWS);
    }

    /** Whether everything up to the end of a log is here: an earlier attempt at the same rewind has rescued it. */
    boolean covers(DivergentTail tail) {
        return manifest.common().equals(tail.common()) && manifest.logHead().equals(tail.logHead());
    }
}
