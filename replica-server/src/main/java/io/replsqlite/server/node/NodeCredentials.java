package io.replsqlite.server.node;

import io.replsqlite.server.config.NodeSettings;
import io.replsqlite.server.endpoint.BearerTokens;
import io.replsqlite.server.files.OwnerOnlyFile;
import io.replsqlite.server.store.DatabasePaths;
import io.replsqlite.tls.Tls;
import io.replsqlite.tls.TlsFiles;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import javax.net.ssl.SSLContext;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * What this node shows to others and accepts from them, and what it leaves for the drivers on its host. Safe for any
 * thread; {@link #refresh} for one at a time.
 */
final class NodeCredentials {
    private static final Logger LOG = System.getLogger(NodeCredentials.class.getName());

    private final Path tokenFile;
    private final BearerTokens accepted;
    private final TlsFiles tlsFiles;
    private final @Nullable Tls tls;
    private volatile String token;
    private FileTime readAs;

    /** @throws IOException naming the file that cannot be used, and what to do */
    NodeCredentials(NodeFiles files, NodeSettings settings) throws IOException {
        tokenFile = settings.tokenFile().orElse(files.defaultTokenFile());
        List<String> tokens = TokenFile.readOrMake(tokenFile);
        readAs = Files.getLastModifiedTime(tokenFile);
        token = tokens.get(0);
        accepted = new BearerTokens(tokens);
        tlsFiles = settings.transport().tls();
        Path key = tlsFiles.key();
        if (key != null) {
            OwnerOnlyFile.requirePrivate(key);
        }
        tls = tlsFiles.equals(TlsFiles.NONE) ? null : Tls.of(tlsFiles);
    }

    /** The one to present. */
    String token() {
        return token;
    }

    BearerTokens accepted() {
        return accepted;
    }

    /** For a client of other nodes. */
    OkHttpClient secure(OkHttpClient client) {
        return tls == null ? client : tls.secure(client);
    }

    /** For the endpoint; null if it is to listen without TLS. */
    @Nullable
    SSLContext serverContext() {
        return tls == null || tlsFiles.certificate() == null ? null : tls.context();
    }

    /** Leaves beside a database what drivers on this host need. */
    void publish(DatabasePaths paths) throws IOException {
        OwnerOnlyFile.replace(paths.tokenFile(), token);
        if (tlsFiles.equals(TlsFiles.NONE)) {
            Files.deleteIfExists(paths.tlsFile());
        } else {
            OwnerOnlyFile.replace(paths.tlsFile(), tlsFiles.text());
        }
    }

    /** Reads the token file again if it has changed. @return whether there is another token to present and publish */
    boolean refresh() {
        try {
            FileTime now = Files.getLastModifiedTime(tokenFile);
            if (now.equals(readAs)) {
                return false;
            }
            readAs = now;
            return take(TokenFile.read(tokenFile));
        } catch (IOException unusable) {
            LOG.log(Level.WARNING, "the tokens read before stay in force: {0}", unusable.getMessage());
            return false;
        }
    }

    private boolean take(List<String> tokens) {
        LOG.log(Level.INFO, "the token file has changed; tokens accepted now: {0}", tokens.size());
        accepted.replace(tokens);
        boolean another = !token.equals(tokens.get(0));
        token = tokens.get(0);
        return another;
    }
}
