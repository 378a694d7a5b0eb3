package io.replsqlite.tls;

import java.io.IOException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/** What a failed handshake means to whoever has to mend it. */
public final class TlsProblem {
    private TlsProblem() {}

    /** What happened on the way to a URL: with what to do, where TLS is the reason. */
    public static String describe(String url, IOException failure) {
        if (failure instanceof SSLException problem) {
            return "no TLS connection to " + url + ": " + problem.getMessage() + ". " + advice(problem);
        }
        return url + " cannot be reached: " + failure;
    }

    private static String advice(SSLException failure) {
        String message = String.valueOf(failure.getMessage());
        if (failure instanceof SSLPeerUnverifiedException) {
            return "The certificate there is not for this host name: connect by a name or address that it lists, or"
                    + " have it list this one";
        }
        if (message.contains("Unsupported or unrecognized SSL message")) {
            return "The port does not speak TLS: give the URL with http://, or give that node tls-certificate and"
                    + " tls-key";
        }
        if (message.contains("PKIX") || message.contains("trust")) {
            return "The certificate there comes from no authority in the trust file: see tls-trust of nodes, tlsTrust of"
                    + " the driver";
        }
        if (message.contains("certificate_required") || message.contains("bad_certificate")) {
            return "The node asks for a client's certificate: see tls-certificate and tls-key of nodes, tlsCertificate"
                    + " and tlsKey of the driver";
        }
        return "Nothing was sent";
    }
}
