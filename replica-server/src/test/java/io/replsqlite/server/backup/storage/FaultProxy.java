package io.replsqlite.server.backup.storage;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** Stands between a client and an HTTP server and spoils some of the calls. One call per connection. */
public final class FaultProxy implements Closeable {
    /** What becomes of a call. */
    public enum Fault {
        NONE,
        /** Answered by the proxy; the server never hears of it. */
        STATUS_500,
        STATUS_503,
        STATUS_403,
        STATUS_409,
        /** As if the object were there, whether it is or not. */
        STATUS_412,
        /** Nothing is answered until the client gives up. */
        SILENT,
        /** The connection ends before the server hears of it. */
        REFUSED,
        /** The server's answer ends in its middle. */
        CUT,
        /** The server has done it, the client never hears so. */
        REPLY_LOST,
        /** The server answers late. */
        SLOW
    }

    private final ServerSocket listening;
    private final int serverPort;
    private final Supplier<Fault> faults;
    private final ExecutorService calls = Executors.newCachedThreadPool();
    private final Queue<Fault> injected = new ConcurrentLinkedQueue<>();

    public FaultProxy(int serverPort, Supplier<Fault> faults) throws IOException {
        this.serverPort = serverPort;
        this.faults = faults;
        this.listening = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        calls.execute(this::accept);
    }

    public int port() {
        return listening.getLocalPort();
    }

    /** What was done so far, without {@link Fault#NONE}. */
    public Queue<Fault> injected() {
        return injected;
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listening.accept();
                calls.execute(() -> serve(client));
            }
        } catch (IOException closed) {
            calls.shutdown();
        }
    }

    private void serve(Socket client) {
        try (client) {
            byte[] request = request(client.getInputStream());
            Fault fault = faults.get();
            if (fault != Fault.NONE) {
                injected.add(fault);
            }
            switch (fault) {
                case STATUS_500 -> refuse(client, "500 Internal Server Error", "InternalError");
                case STATUS_503 -> refuse(client, "503 Slow Down", "SlowDown");
                case STATUS_403 -> refuse(client, "403 Forbidden", "ExpiredToken");
                case STATUS_409 -> refuse(client, "409 Conflict", "ConditionalRequestConflict");
                case STATUS_412 -> refuse(client, "412 Precondition Failed", "PreconditionFailed");
                case SILENT -> {
                    int ignored = client.getInputStream().read(); // ends when the client closes
                }
                case REFUSED -> client.setSoLinger(true, 0);
                default -> forward(request, client, fault);
            }
        } catch (IOException | InterruptedException gone) {
            return; // the client or the server gave up, which the tests look at from their side
        }
    }

    private static void refuse(Socket client, String status, String code) throws IOException {
        String body = "<Error><Code>" + code + "</Code><Message>injected</Message></Error>";
        String answer =
                "HTTP/1.1 " + status + "\r\nConnection: close\r\nContent-Type: application/xml\r\nContent-Length: "
                        + body.length() + "\r\n\r\n" + body;
        client.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
    }

    private void forward(byte[] request, Socket client, Fault fault) throws IOException, InterruptedException {
        byte[] answer;
        try (Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort)) {
            server.getOutputStream().write(request);
            answer = server.getInputStream().readAllBytes();
        }
        if (fault == Fault.SLOW) {
            Thread.sleep(300);
        }
        int length = fault == Fault.REPLY_LOST ? 0 : fault == Fault.CUT ? answer.length / 2 : answer.length;
        client.getOutputStream().write(answer, 0, length);
    }

    /** The whole request, made to be the connection's only one. */
    private static byte[] request(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("no request");
            }
            head.write(next);
        }
        String text = head.toString(StandardCharsets.US_ASCII);
        int lineEnd = text.indexOf("\r\n") + 2;
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(text.substring(0, lineEnd).getBytes(StandardCharsets.US_ASCII));
        request.writeBytes("Connection: close\r\n".getBytes(StandardCharsets.US_ASCII));
        request.writeBytes(text.substring(lineEnd).getBytes(StandardCharsets.US_ASCII));
        request.writeBytes(in.readNBytes(contentLength(text)));
        return request.toByteArray();
    }

    private static int contentLength(String head) {
        return head.lines()
                .filter(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:"))
                .mapToInt(line ->
                        Integer.parseInt(line.substring(line.indexOf(':') + 1).strip()))
                .findFirst()
                .orElse(0);
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
