package io.replsqlite.server.rescue;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Tells a tail row by row, into a file that it creates and syncs. */
@FunctionalInterface
public interface RowDecoding {
    /**
     * @param rows lines that tell a row
     * @param pageLines lines that can only tell a page
     * @param undecoded why there are none; null if there are
     */
    record Result(long rows, long pageLines, @Nullable String undecoded) {}

    /** @throws IOException if the file cannot be written; what cannot be decoded is a result */
    Result run(DivergentTail tail, Path rowsFile) throws IOException;

    /** @param why the rows cannot be told */
    static RowDecoding none(String why) {
        return (tail, rowsFile) -> new Result(0, 0, why);
    }
}
