package io.replsqlite.server.ltx;

import java.io.IOException;

/** The bytes are not a valid LTX file: damaged, cut off, or of a kind this version does not read. */
public final class LtxFormatException extends IOException {
    private final String problem;
    private final long offset;

    /** @param offset bytes from the start of the file to the field that is wrong */
    public LtxFormatException(String problem, long offset) {
        super(problem + " (LTX offset " + offset + ")");
        this.problem = problem;
        this.offset = offset;
    }

    LtxFormatException(String problem, long offset, Throwable cause) {
        this(problem, offset);
        initCause(cause);
    }

    public long offset() {
        return offset;
    }

    /** The same fault, with the file it was found in. */
    public LtxFormatException in(String file) {
        return new LtxFormatException(file + ": " + problem, offset, this);
    }
}
