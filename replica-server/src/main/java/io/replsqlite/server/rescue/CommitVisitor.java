package io.replsqlite.server.rescue;

import java.io.IOException;

/** Takes transactions one after the other, each page by page in ascending order. */
public interface CommitVisitor {
    void begin(TailCommit commit) throws IOException;

    /** @param bytes begins with the page; used again for the next */
    void page(int pageNumber, byte[] bytes) throws IOException;

    void end() throws IOException;
}
