package io.replsqlite.server.btree;

import java.io.IOException;

/** The pages of a database at one moment. */
@FunctionalInterface
public interface PageView {
    /**
     * @return the page; neither the caller nor a later call changes it
     * @throws UnreadablePageException if it is not known
     */
    byte[] page(int pageNumber) throws IOException;
}
