package io.replsqlite.server.config;

import io.replsqlite.tls.TlsFiles;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;

/**
 * How the node speaks to others, and whether it may listen like that.
 *
 * @param tls for both directions: as a server and as a client of other nodes
 */
public record TransportSettings(TlsFiles tls, ClientCertificate clients, PlainText plainText) {
    /** {@code tls-client}: what a client must show besides the token. */
    public enum ClientCertificate {
        NONE,
        WANT,
        REQUIRE
    }

    /** {@code plain-text}: where HTTP without TLS is allowed. */
    public enum PlainText {
        LOOPBACK,
        TRUSTED_NETWORK
    }

    /** Whether the node listens with TLS. */
    public boolean servesTls() {
        return tls.certificate() != null;
    }

    public String scheme() {
        return servesTls() ? "https" : "http";
    }

    /** @throws InvalidSettingException if others than this host could listen, or come in, or could not find the node */
    void check(ListenAddress listen, boolean hasTokenFile, Optional<URI> advertised) {
        if (clients != ClientCertificate.NONE && (tls.trust() == null || !servesTls())) {
            throw new InvalidSettingException(
                    "Setting tls-client asks for clients' certificates, and it is not said whose"
                            + " are valid, or there is no TLS. Set tls-certificate, tls-key, and tls-trust to the authority that"
                            + " signs clients' certificates.");
        }
        if (servesTls()
                && advertised.filter(url -> "http".equals(url.getScheme())).isPresent()) {
            throw new InvalidSettingException("Setting advertise-url begins with http://, and the node speaks TLS:"
                    + " nobody could reach it there. Let it begin with https://.");
        }
        if (!isLoopback(listen.host())) {
            checkOpen(listen, hasTokenFile, advertised);
        }
    }

    private void checkOpen(ListenAddress listen, boolean hasTokenFile, Optional<URI> advertised) {
        String open = "Setting listen is " + listen.host() + ", which other hosts can reach, ";
        if (!hasTokenFile) {
            throw new InvalidSettingException(open
                    + "and token-file names no file that exists: a token that the node makes itself is known to no other host, and"
                    + " without one anybody could write. Put one long random text in a file on every node,"
                    + " readable by its owner only, and name it in token-file; or listen on 127.0.0.1.");
        }
        if (!servesTls() && plainText != PlainText.TRUSTED_NETWORK) {
            throw new InvalidSettingException(
                    open + "and the node has no certificate: whoever is on the way could read token and data. Set"
                            + " tls-certificate and tls-key; or, on a network where nobody else listens,"
                            + " plain-text=trusted-network; or listen on 127.0.0.1.");
        }
        if (advertised.isEmpty() && isWildcard(listen.host())) {
            throw new InvalidSettingException(open
                    + "and it is no address that others could be told. Set advertise-url to the URL under which they"
                    + " reach this node.");
        }
    }

    private static boolean isLoopback(String host) {
        try {
            return Arrays.stream(InetAddress.getAllByName(host)).allMatch(InetAddress::isLoopbackAddress);
        } catch (UnknownHostException unknown) {
            return false; // taken for the worst; binding it will tell
        }
    }

    private static boolean isWildcard(String host) {
        try {
            return InetAddress.getByName(host).isAnyLocalAddress();
        } catch (UnknownHostException unknown) {
            return false;
        }
    }
}
