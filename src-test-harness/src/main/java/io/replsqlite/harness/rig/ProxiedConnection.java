package io.replsqlite.harness.rig;

import java.io.IOException;
import java.net.Socket;

/** Two sockets and the bytes that go from either to the other. Each direction is one thread's; cutting is anybody's. */
final class ProxiedConnection {
    private static final int PIECE_BYTES = 16 * 1024;

    private final Network network;
    private final Place from;
    private final Socket caller;
    private final Place to;
    private final Socket callee;
    private final Repetition repetition;

    /** @param repetition of what the caller says */
    ProxiedConnection(Network network, Place from, Socket caller, Place to, Socket callee, Repetition repetition) {
        this.network = network;
        this.from = from;
        this.caller = caller;
        this.to = to;
        this.callee = callee;
        this.repetition = repetition;
    }

    void pumpForth() {
        pump(from, caller, to, callee, repetition);
        repetition.end();
    }

    void pumpBack() {
        pump(to, callee, from, caller, Repetition.NONE);
    }

    private void pump(Place source, Socket in, Place target, Socket out, Repetition again) {
        byte[] piece = new byte[PIECE_BYTES];
        try {
            for (int length = in.getInputStream().read(piece);
                    length >= 0;
                    length = in.getInputStream().read(piece)) {
                if (!network.travel(source, target)) {
                    cut();
                    return;
                }
                out.getOutputStream().write(piece, 0, length);
                again.say(piece, length);
            }
            if (network.travel(source, target)) { // the end of a stream travels like its bytes
                out.shutdownOutput();
            }
        } catch (IOException broken) {
            cut(); // a reset on one side is one on the other
        } catch (InterruptedException closing) {
            cut();
            Thread.currentThread().interrupt();
        }
    }

    void cut() {
        reset(caller);
        reset(callee);
    }

    void closeTowardsCallee() {
        try {
            callee.shutdownOutput();
        } catch (IOException closed) {
            cut(); // it had ended already
        }
    }

    /** Closes with RST in place of FIN. */
    static void reset(Socket socket) {
        try (socket) {
            socket.setSoLinger(true, 0);
        } catch (IOException closed) {
            // That is what was wanted.
        }
    }
}
