package io.replsqlite.forward;

import java.io.IOException;

/** Who may be the primary. Asked before every attempt, so that a new primary is found. */
public interface PrimaryLocator {
    /** The primary's base URL, empty when unknown. */
    String primaryUrl() throws IOException;

    /** The credential that nodes ask for. */
    String bearerToken() throws IOException;

    /** The node at this URL has answered as the primary. */
    default void answered(String url) {}

    /** Asking the node at this URL has led to no answer of a primary. */
    default void failed(String url) {}
}
