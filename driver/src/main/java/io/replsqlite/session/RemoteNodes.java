package io.replsqlite.session;

import io.replsqlite.config.Place;
import io.replsqlite.config.Place.Credential;
import io.replsqlite.forward.PrimaryLocator;
import io.replsqlite.tls.TlsFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/**
 * The nodes that a URL names, one after the other until one has answered as the primary or named it; then that one, as
 * long as it answers. Asked by one thread at a time, except for the URL of a cancellation.
 */
final class RemoteNodes implements PrimaryLocator {
    private final List<String> nodeUrls;
    private final Credential credential;
    private final TlsFiles tls;
    private volatile String primary = "";
    private volatile int next;

    RemoteNodes(Place.Remote place, TlsFiles tls) {
        this.tls = tls;
        this.nodeUrls = place.nodeUrls();
        this.credential = place.credential();
    }

    int count() {
        return nodeUrls.size();
    }

    @Override
    public String primaryUrl() {
        String known = primary;
        return known.isEmpty() ? nodeUrls.get(next) : known;
    }

    @Override
    public void answered(String url) {
        primary = url;
    }

    @Override
    public void failed(String url) {
        if (url.equals(primary)) {
            primary = "";
        }
        if (url.equals(nodeUrls.get(next))) {
            next = (next + 1) % nodeUrls.size();
        }
    }

    @Override
    public TlsFiles tlsFiles() {
        return tls;
    }

    @Override
    public String bearerToken() throws IOException {
        if (credential instanceof Credential.TokenFile file) {
            return Files.readString(file.file()).trim();
        }
        return ((Credential.Token) credential).token();
    }
}
