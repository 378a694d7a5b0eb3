package io.replsqlite.forward;

import io.replsqlite.tls.TlsFiles;
import java.io.IOException;

/** Who may be the primary. Asked before every attempt, so that a new primary is found. */
public interface PrimaryLocator {
    /** The primary's base URL, empty when unknown. */
    String primaryUrl() throws IOException;

    /** The credential that nodes ask for. */
    String bearerToken() throws IOException;

    /** By which files to speak TLS; asked where a URL is https. */
    default TlsFiles tlsFiles() throws IOException {
        return TlsFiles.NONE;
    }

    /** The node at this URL has answered as the primary. */
    default void answered(String url) {}

    /** Asking the node at this URL has led to no answer of a primary. */
    default void failed(String url) {}
}
