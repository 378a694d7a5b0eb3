package io.replsqlite.harness.rig;

import io.replsqlite.base.NamedThreads;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntFunction;

/**
 * Stands before one server. Whoever calls is found out once, and the two directions of the connection then go by the
 * state of the ways between the two places. Thread-safe.
 */
final class TcpProxy implements AutoCloseable {
    private final Network network;
    private final Place target;
    private final int targetPort;
    private final IntFunction<Place> callers;
    private final ServerSocket server;
    private final ExecutorService pumps;
    private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();

    /** @param callers who calls, by the port that the call comes from */
    TcpProxy(Network network, Place target, int targetPort, int port, IntFunction<Place> callers) throws IOException {
        this.network = network;
        this.target = target;
        this.targetPort = targetPort;
        this.callers = callers;
        this.server = new ServerSocket(port, 200, InetAddress.getLoopbackAddress());
        this.pumps = Executors.newCachedThreadPool(NamedThreads.of("rig-pump"));
        NamedThreads.single("rig-accept-" + target, this::acceptAll).start();
    }

    private void acceptAll() {
        while (!server.isClosed()) {
            try {
                Socket caller = server.accept();
                pumps.execute(() -> serve(caller));
            } catch (IOException closed) {
                if (!server.isClosed()) {
                    throw new IllegalStateException("the proxy of " + target + " cannot accept", closed);
                }
            }
        }
    }

    /** Opens the other half as soon as the way is open, as a repeated SYN would. */
    private void serve(Socket caller) {
        try {
            Place from = callers.apply(caller.getPort());
            if (network.refuses(from, target) || !network.travel(from, target)) {
                ProxiedConnection.reset(caller);
                return;
            }
            Socket callee = connect(caller);
            ProxiedConnection connection =
                    new ProxiedConnection(network, from, caller, target, callee, repetition(from, caller));
            connections.add(connection);
            pumps.execute(() -> {
                connection.pumpBack();
                connections.remove(connection);
            });
            connection.pumpForth();
        } catch (IOException dead) {
            ProxiedConnection.reset(caller); // nobody listens there: the caller learns it as a reset
        } catch (InterruptedException closing) {
            ProxiedConnection.reset(caller);
            Thread.currentThread().interrupt();
        }
    }

    private Repetition repetition(Place from, Socket caller) throws IOException {
        if (!network.repeats(from, target)) {
            return Repetition.NONE;
        }
        SecondTelling second = new SecondTelling(connect(caller));
        pumps.execute(second::dropAnswers);
        return second;
    }

    private Socket connect(Socket caller) throws IOException {
        Socket callee = new Socket(InetAddress.getLoopbackAddress(), targetPort);
        callee.setTcpNoDelay(true);
        caller.setTcpNoDelay(true);
        return callee;
    }

    int port() {
        return server.getLocalPort();
    }

    /** Resets every connection of this place's, wherever in a message it is. @return how many */
    int cutAll() {
        int cut = 0;
        for (ProxiedConnection connection : connections) {
            connection.cut();
            cut++;
        }
        return cut;
    }

    /** Ends one direction of every connection in good order and leaves the other: half of it stays open. */
    int halfCloseAll() {
        int closed = 0;
        for (ProxiedConnection connection : connections) {
            connection.closeTowardsCallee();
            closed++;
        }
        return closed;
    }

    @Override
    public void close() throws IOException {
        server.close();
        cutAll();
        var ignored = pumps.shutdownNow();
    }
}
