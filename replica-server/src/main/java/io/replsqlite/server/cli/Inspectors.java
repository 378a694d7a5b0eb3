package io.replsqlite.server.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/** Every format that {@code inspect} knows, and the choice among them by a file's first bytes. */
public final class Inspectors {
    /** Asked in this order; formats with a strong magic number stand before those without. */
    public static final List<Inspector> ALL = List.of(
            new DatabaseInspector(),
            new LogSegmentInspector(),
            new StatusFileInspector(),
            new LtxFileInspector(),
            new WalFileInspector(),
            new WalIndexFileInspector());

    private static final int SHOWN_BYTES = 16;

    private final List<Inspector> inspectors;

    public Inspectors(List<Inspector> inspectors) {
        this.inspectors = List.copyOf(inspectors);
    }

    public InspectionReport inspect(Path file) throws CommandFailure {
        requireReadableFile(file);
        try {
            byte[] first = firstBytes(file);
            return choose(file, first).inspect(file);
        } catch (IOException e) {
            throw new CommandFailure(
                    new ErrorReport(
                            "cannot read " + file, String.valueOf(e.getMessage()), "check the disk and try again"),
                    e);
        }
    }

    private Inspector choose(Path file, byte[] first) throws CommandFailure {
        for (Inspector inspector : inspectors) {
            if (inspector.recognises(file, first)) {
                return inspector;
            }
        }
        throw new CommandFailure(
                new ErrorReport("cannot tell what " + file + " is", whyUnknown(first), knownFormats()));
    }

    private static void requireReadableFile(Path file) throws CommandFailure {
        if (Files.notExists(file)) {
            throw refusal(file, "there is no such file", "check the path");
        }
        if (!Files.isRegularFile(file)) {
            throw refusal(file, "it is not a regular file", "name one file, not a directory or a device");
        }
        if (!Files.isReadable(file)) {
            throw refusal(file, "this user may not read it", "run as the user who owns the node's directory");
        }
    }

    private static CommandFailure refusal(Path file, String why, String remedy) {
        return new CommandFailure(new ErrorReport("cannot inspect " + file, why, remedy));
    }

    private static byte[] firstBytes(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(Inspector.FIRST_BYTES);
        }
    }

    private static String whyUnknown(byte[] first) {
        if (first.length == 0) {
            return "the file is empty";
        }
        int shown = Math.min(SHOWN_BYTES, first.length);
        return "it begins with " + HexFormat.ofDelimiter(" ").formatHex(first, 0, shown)
                + ", which no known format does";
    }

    private String knownFormats() {
        return "name a file of one of these formats: "
                + inspectors.stream().map(Inspector::format).collect(Collectors.joining(", "));
    }
}
