package io.replsqlite.harness.history;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Histories as files. */
public final class HistoryFile {
    private HistoryFile() {}

    public static void write(History history, Path file) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (Operation operation : history.operations()) {
                out.write(HistoryCodec.encode(operation));
                out.newLine();
            }
        }
    }

    /** @throws IOException if a line is not one of a history; the message has its number */
    public static History read(Path file) throws IOException {
        List<Operation> operations = new ArrayList<>();
        try (BufferedReader in = Files.newBufferedReader(file)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                operations.add(decode(line, file, operations.size() + 1));
            }
        }
        return new History(operations);
    }

    private static Operation decode(String line, Path file, int lineNumber) throws IOException {
        try {
            return HistoryCodec.decode(line);
        } catch (IOException malformed) {
            throw new IOException("line " + lineNumber + " of " + file + ": " + malformed.getMessage(), malformed);
        }
    }
}
