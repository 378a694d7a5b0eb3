package io.replsqlite.server.log;

import io.replsqlite.base.Txid;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Something that was durable no longer reads back. Nothing was changed on disk; {@link LogRepair#cut}
 * removes the damage and all that follows, so that it can be fetched again from another node.
 */
public final class LogCorruptedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient Path file;
    private final long offset;
    private final transient Txid lastGood;

    LogCorruptedException(Path file, long offset, Txid lastGood, String what) {
        super("log corrupted at " + file + " offset " + offset + " after txid " + lastGood + ": " + what);
        this.file = file;
        this.offset = offset;
        this.lastGood = lastGood;
    }

    public Path file() {
        return file;
    }

    public long offset() {
        return offset;
    }

    /** The txid before the damage; everything after it is lost to this log. */
    public Txid lastGood() {
        return lastGood;
    }
}
