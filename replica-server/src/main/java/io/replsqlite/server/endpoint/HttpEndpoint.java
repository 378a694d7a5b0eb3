package io.replsqlite.server.endpoint;

import java.io.IOException;
import java.net.BindException;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** The HTTP/1.1 server of a node. Start and stop from one thread. */
public final class HttpEndpoint implements AutoCloseable {
    /** Jetty's acceptor and selector, and a spare one that looks for the next request while the others run. */
    private static final int OWN_THREADS = 3;

    private final Server server;
    private final ServerConnector connector;

    public HttpEndpoint(String host, int port, Routes routes, BearerToken token, EndpointLimits limits) {
        QueuedThreadPool threads = new QueuedThreadPool(limits.maxThreads() + OWN_THREADS, 4);
        threads.setName("http");
        threads.setDaemon(true);
        server = new Server(threads);
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        configuration.setSendDateHeader(false);
        connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(configuration));
        connector.setHost(host);
        connector.setPort(port);
        connector.setIdleTimeout(limits.idleTimeout().toMillis());
        connector.setReuseAddress(true);
        server.addConnector(connector);
        server.setHandler(new RequestDispatch(routes, token, limits.maxBodyBytes()));
    }

    /** Binds the port; requests wait until {@link #serve}. Returns the port, also where 0 was asked for. */
    public int bind() throws IOException {
        try {
            connector.open();
        } catch (IOException failure) {
            throw describe(failure);
        }
        return connector.getLocalPort();
    }

    public void serve() throws IOException {
        try {
            server.start();
        } catch (IOException failure) {
            throw failure;
        } catch (Exception failure) {
            throw new IOException("The HTTP endpoint cannot start: " + failure, failure);
        }
    }

    private IOException describe(IOException failure) {
        String address = connector.getHost() + ":" + connector.getPort();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException) {
                return new IOException(
                        "Cannot listen on " + address + ": " + cause.getMessage()
                                + ". Another process has the port, or the address is not this host's. Choose another"
                                + " one with the setting listen.",
                        failure);
            }
        }
        return new IOException("Cannot listen on " + address + ": " + failure.getMessage(), failure);
    }

    @Override
    public void close() throws IOException {
        try {
            server.stop();
        } catch (Exception failure) {
            throw new IOException("The HTTP endpoint did not stop cleanly: " + failure, failure);
        }
    }
}
