package io.replsqlite.server.log;

import io.replsqlite.base.Position;
import io.replsqlite.server.wal.WalMark;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A record that is being written. No reader and no recovery sees it before {@link #publish}; {@link #close} without
 * publish removes it. For the appender thread.
 */
public final class PendingRecord implements Closeable {
    private final LogAppender log;
    private final BodyHeader started;
    private final WalMark mark;
    private final @Nullable Tenure tenure;
    private long ltxLength;
    private boolean ended;
    private @Nullable Integer bodyCrc;

    PendingRecord(LogAppender log, BodyHeader started, WalMark mark, @Nullable Tenure tenure) {
        this.log = log;
        this.started = started;
        this.mark = mark;
        this.tenure = tenure;
    }

    /** Adds to the LTX section. */
    public void write(ByteBuffer ltx) throws IOException {
        if (ended) {
            throw new IllegalStateException("the record is published or closed");
        }
        ltxLength += ltx.remaining();
        log.write(ltx);
    }

    /** The LTX section as a stream; closing it does nothing. */
    public OutputStream ltx() {
        return new LtxStream();
    }

    int bodyCrc() {
        Integer known = bodyCrc;
        if (known == null) {
            known = log.bodyCrc(started.withLtxLength(ltxLength));
            bodyCrc = known;
        }
        return known;
    }

    /** Makes it the newest record of the log, not yet durable; returns the new head. */
    public Position publish() throws IOException {
        if (ended) {
            throw new IllegalStateException("the record is published or closed");
        }
        Position head = log.publish(started.withLtxLength(ltxLength), bodyCrc(), mark, tenure);
        ended = true;
        return head;
    }

    @Override
    public void close() throws IOException {
        if (!ended) {
            ended = true;
            log.abandon();
        }
    }

    private final class LtxStream extends OutputStream {
        @Override
        public void write(int oneByte) throws IOException {
            write(new byte[] {(byte) oneByte}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            PendingRecord.this.write(ByteBuffer.wrap(bytes, offset, length));
        }
    }
}
