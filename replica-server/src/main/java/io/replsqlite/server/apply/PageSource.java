package io.replsqlite.server.apply;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The pages of one commit in ascending order, streamed: it may be a whole database. */
@FunctionalInterface
public interface PageSource {
    int END = 0;

    /**
     * Fills the buffer, which has room for exactly one page, with the next page.
     *
     * @return its page number, or {@link #END} when there are no more, with the buffer untouched
     */
    int next(ByteBuffer page) throws IOException;
}
