package io.replsqlite.forward;

import io.replsqlite.tls.Tls;
import io.replsqlite.tls.TlsFiles;
import java.io.IOException;
import java.util.concurrent.ConcurrentHashMap;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/** Which client carries a message: a plain one, or one that speaks TLS by the files that stand for the node. */
final class TransportSecurity {
    /** One per set of files in the process: TLS connections are pooled and sessions resumed only within one. */
    private static final ConcurrentHashMap<TlsFiles, Tls> KNOWN = new ConcurrentHashMap<>();

    private final OkHttpClient plain;
    private final PrimaryLocator locator;
    private volatile @Nullable Secured last;

    private record Secured(TlsFiles files, OkHttpClient client) {}

    TransportSecurity(OkHttpClient plain, PrimaryLocator locator) {
        this.plain = plain;
        this.locator = locator;
    }

    /** By which files this is reached; none if it is plain. */
    TlsFiles filesFor(HttpUrl url) throws IOException {
        return url.isHttps() ? locator.tlsFiles() : TlsFiles.NONE;
    }

    /** @throws IOException if the files cannot be used: nothing was sent */
    OkHttpClient clientFor(HttpUrl url) throws IOException {
        return url.isHttps() ? secured(locator.tlsFiles()) : plain;
    }

    private OkHttpClient secured(TlsFiles files) throws IOException {
        Secured known = last;
        if (known == null || !known.files.equals(files)) {
            known = new Secured(files, tls(files).secure(plain));
            last = known;
        }
        return known.client;
    }

    private static Tls tls(TlsFiles files) throws IOException {
        Tls known = KNOWN.get(files);
        if (known != null) {
            return known;
        }
        Tls made = Tls.of(files);
        Tls first = KNOWN.putIfAbsent(files, made);
        return first == null ? made : first;
    }
}
