package io.replsqlite.server.cli;

import java.io.IOException;
import java.nio.file.Path;

/** Reads one file format for {@code inspect}. Never writes, never locks, and takes any input without failing hard. */
public interface Inspector {
    /** How many first bytes of a file {@link #recognises} gets, fewer if the file is shorter. */
    int FIRST_BYTES = 128;

    /** The name of the format, as people say it. */
    String format();

    /** Whether the file is of this format, however damaged further in. Decides by the bytes; the name may only help. */
    boolean recognises(Path file, byte[] first);

    /** Called only after {@link #recognises} said yes. Damage belongs in the report; only I/O throws. */
    InspectionReport inspect(Path file) throws IOException;
}
