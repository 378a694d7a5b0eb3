package io.replsqlite.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import okhttp3.OkHttpClient;

/** One side of TLS connections, by its files. */
public final class Tls {
    private final RereadTrust trust;
    private final SSLContext context;

    /** One for all clients: OkHttp pools connections by it. */
    private final SSLSocketFactory sockets;

    private Tls(CurrentMaterial material) throws GeneralSecurityException {
        trust = new RereadTrust(material);
        context = SSLContext.getInstance("TLS");
        context.init(new KeyManager[] {new RereadKeys(material)}, new TrustManager[] {trust}, null);
        sockets = context.getSocketFactory();
    }

    /** @throws IOException naming the file that cannot be used, and why */
    public static Tls of(TlsFiles files) throws IOException {
        try {
            return new Tls(new CurrentMaterial(files));
        } catch (GeneralSecurityException unusable) {
            throw new IOException("This JDK cannot do TLS: " + unusable.getMessage(), unusable);
        }
    }

    public SSLContext context() {
        return context;
    }

    /** A client like the given one that speaks TLS by these files; it goes on verifying host names. */
    public OkHttpClient secure(OkHttpClient client) {
        return client.newBuilder().sslSocketFactory(sockets, trust).build();
    }
}
