package io.replsqlite.session;

import io.replsqlite.config.Place;
import io.replsqlite.config.Place.Credential;
import io.replsqlite.forward.PrimaryLocator;
import io.replsqlite.tls.TlsFiles;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
    private final @Nullable TokenFile tokenFile;

    RemoteNodes(Place.Remote place, TlsFiles tls) {
        this.tls = tls;
        this.nodeUrls = place.nodeUrls();
        this.credential = place.credential();
        this.tokenFile = credential instanceof Credential.TokenFile file ? new TokenFile(file.file()) : null;
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
        if (tokenFile != null) {
            return tokenFile.token();
        }
        return ((Credential.Token) credential).token();
    }
}
