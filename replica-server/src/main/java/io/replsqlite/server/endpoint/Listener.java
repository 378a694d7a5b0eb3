package io.replsqlite.server.endpoint;

import javax.net.ssl.SSLContext;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.DetectorConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** The port, and what is spoken on it. */
final class Listener {
    private Listener() {}

    static ServerConnector connector(Server server, EndpointSettings settings) {
        ServerConnector connector = new ServerConnector(server, 1, 1, protocols(settings));
        connector.setHost(settings.host());
        connector.setPort(settings.port());
        connector.setIdleTimeout(settings.limits().idleTimeout().toMillis());
        connector.setReuseAddress(true);
        return connector;
    }

    private static ConnectionFactory[] protocols(EndpointSettings settings) {
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        configuration.setSendDateHeader(false);
        configuration.setRequestHeaderSize(settings.limits().maxHeaderBytes());
        HttpConnectionFactory http = new HttpConnectionFactory(configuration);
        SSLContext tls = settings.tls();
        if (tls == null) {
            return new ConnectionFactory[] {http};
        }
        // Clients verify the host name; an address has no server name indication to check.
        configuration.addCustomizer(new SecureRequestCustomizer(false));
        // Without the detector, a plain request would be cut off without a word.
        DetectorConnectionFactory eitherOne = new DetectorConnectionFactory(
                new SslConnectionFactory(server(tls, settings.clients()), HttpVersion.HTTP_1_1.asString()));
        return new ConnectionFactory[] {eitherOne, http};
    }

    private static SslContextFactory.Server server(SSLContext tls, EndpointSettings.ClientCertificate clients) {
        SslContextFactory.Server factory = new SslContextFactory.Server();
        factory.setSslContext(tls);
        factory.setWantClientAuth(clients == EndpointSettings.ClientCertificate.WANT);
        factory.setNeedClientAuth(clients == EndpointSettings.ClientCertificate.REQUIRE);
        return factory;
    }
}
