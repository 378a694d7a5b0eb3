package io.replsqlite.server.backup.upload;

import io.replsqlite.base.Position;
import io.replsqlite.server.ltx.LtxSink;
import java.io.Closeable;
import java.io.IOException;

/** The whole database at one txid, without stopping writers. */
@FunctionalInterface
public interface BaseSource {
    /** One state, kept readable until it is closed. */
    interface OpenBase extends Closeable {
        /** Durable in the log. */
        Position position();

        long timestampMillis();

        /** Writes it as an LTX snapshot; throws if a page is not what the position's checksums say. */
        void writeTo(LtxSink sink) throws IOException;
    }

    OpenBase open() throws IOException, InterruptedException;
}
