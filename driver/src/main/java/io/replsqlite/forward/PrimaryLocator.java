package io.replsqlite.forward;

import io.replsqlite.tls.TlsFiles;
import java.io.IOException;

/** What the driver's own node knows of the primary. Asked before every attempt, so that a new primary is found. */
public interface PrimaryLocator {
    /** The primary's base URL, empty when unknown. */
    String primaryUrl() throws IOException;

    /** The credential that nodes ask for. */
    String bearerToken() throws IOException;

    /** By which files to speak TLS; asked where a URL is https. */
    default TlsFiles tlsFiles() throws IOException {
        return TlsFiles.NONE;
    }
}
