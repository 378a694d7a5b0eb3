package io.replsqlite.harness.rig;

import java.io.IOException;
import java.net.Socket;

/** Says it again on a connection of its own, whose answers nobody hears. Speaking is one thread's, hearing another's. */
final class SecondTelling implements Repetition {
    private static final int PIECE_BYTES = 16 * 1024;

    private final Socket socket;

    SecondTelling(Socket socket) {
        this.socket = socket;
    }

    @Override
    public void say(byte[] piece, int length) {
        try {
            if (!socket.isClosed()) {
                socket.getOutputStream().write(piece, 0, length);
            }
        } catch (IOException ended) {
            ProxiedConnection.reset(socket); // the callee has had enough of it; the first telling goes on
        }
    }

    /** Until the callee ends it: unread answers would hold the callee up. */
    void dropAnswers() {
        byte[] piece = new byte[PIECE_BYTES];
        try (socket) {
            while (socket.getInputStream().read(piece) >= 0) {}
        } catch (IOException ended) {
            ProxiedConnection.reset(socket);
        }
    }

    @Override
    public void end() {
        ProxiedConnection.reset(socket);
    }
}
