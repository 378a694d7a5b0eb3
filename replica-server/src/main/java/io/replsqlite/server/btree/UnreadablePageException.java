package io.replsqlite.server.btree;

import java.io.IOException;

/** A page is not known, or is not what its place in a b-tree says. */
public final class UnreadablePageException extends IOException {
    private static final long serialVersionUID = 1L;

    public UnreadablePageException(String message) {
        super(message);
    }
}
