package io.replsqlite.server.endpoint;

import io.replsqlite.base.MonotonicClock;
import java.io.IOException;
import java.net.BindException;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** The HTTP/1.1 server of a node. Start and stop from one thread. */
public final class HttpEndpoint implements AutoCloseable {
    /** Jetty's acceptor and selector, and a spare one that looks for the next request while the others run. */
    private static final int OWN_THREADS = 3;

    private final Server server;
    private final ServerConnector connector;
    private final ConnectionWatch watch;

    public HttpEndpoint(EndpointSettings settings, Routes routes, BearerTokens tokens, MonotonicClock clock) {
        QueuedThreadPool threads = new QueuedThreadPool(settings.limits().maxThreads() + OWN_THREADS, 4);
        threads.setName("http");
        threads.setDaemon(true);
        server = new Server(threads);
        connector = Listener.connector(server, settings);
        watch = new ConnectionWatch(settings.limits(), clock);
        connector.addBean(watch);
        server.addConnector(connector);
        server.setErrorHandler(new EndpointErrors(settings.limits()));
        server.setHandler(new RequestDispatch(settings, routes, tokens, watch, clock));
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
            watch.sweepBy(connector.getScheduler());
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
