package io.replsqlite.harness.rig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.base.NamedThreads;
import io.replsqlite.harness.fault.Await;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One caller, one server that sends back what it gets. */
@Timeout(30)
class TcpProxyTest {
    private static final Place CALLER = Place.node(1);
    private static final Place SERVER = Place.node(2);
    private static final int SHORT_MILLIS = 200;

    private final Network network = new Network(1);
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicInteger heard = new AtomicInteger();
    private ServerSocket echo;
    private TcpProxy proxy;

    @BeforeEach
    void start() throws IOException {
        echo = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        NamedThreads.single("echo", this::serve).start();
        proxy = new TcpProxy(network, SERVER, echo.getLocalPort(), 0, port -> CALLER);
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        echo.close();
    }

    private void serve() {
        while (!echo.isClosed()) {
            try {
                Socket socket = echo.accept();
                int ignored = accepted.incrementAndGet();
                NamedThreads.single("echo-one", () -> sendBack(socket)).start();
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void sendBack(Socket socket) {
        try (socket) {
            for (int letter = hear(socket); letter >= 0; letter = hear(socket)) {
                int ignored = heard.incrementAndGet();
                say(socket, letter);
            }
        } catch (IOException cut) {
            // The test cuts connections.
        }
    }

    private Socket call() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static void say(Socket socket, int letter) throws IOException {
        socket.getOutputStream().write(letter);
    }

    private static int hear(Socket socket) throws IOException {
        return socket.getInputStream().read();
    }

    private static void assertSilence(Socket socket) throws IOException {
        socket.setSoTimeout(SHORT_MILLIS);
        assertThatThrownBy(() -> hear(socket)).isInstanceOf(SocketTimeoutException.class);
        socket.setSoTimeout(10_000);
    }

    @Test
    void bytesPassBothWays() throws IOException {
        try (Socket socket = call()) {
            say(socket, 'a');
            assertThat(hear(socket)).isEqualTo('a');
            socket.shutdownOutput();
            assertThat(hear(socket)).isEqualTo(-1);
        }
    }

    @Test
    void whatIsSentIntoABlackHoleArrivesWhenItIsHealed() throws IOException {
        try (Socket socket = call()) {
            network.set(CALLER, SERVER, Traffic.BLACKHOLE);
            say(socket, 'a');
            assertSilence(socket);
            network.heal();
            assertThat(hear(socket)).isEqualTo('a');
        }
    }

    @Test
    void oneDirectionAloneCanBeLost() throws IOException {
        try (Socket socket = call()) {
            say(socket, 'a');
            assertThat(hear(socket)).isEqualTo('a');
            network.set(SERVER, CALLER, Traffic.BLACKHOLE);
            say(socket, 'b');
            assertSilence(socket);
            network.heal();
            assertThat(hear(socket)).isEqualTo('b');
        }
    }

    @Test
    void aWayBetweenOthersChangesNothing() throws IOException {
        network.setBoth(Place.CLIENTS, SERVER, Traffic.BLACKHOLE);
        try (Socket socket = call()) {
            say(socket, 'a');
            assertThat(hear(socket)).isEqualTo('a');
        }
    }

    @Test
    void aRefusedConnectionIsReset() throws IOException {
        network.set(CALLER, SERVER, Traffic.REFUSED);
        try (Socket socket = call()) {
            assertThatThrownBy(() -> hear(socket)).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void anOpenConnectionCanBeCut() throws IOException {
        try (Socket socket = call()) {
            say(socket, 'a');
            assertThat(hear(socket)).isEqualTo('a');
            assertThat(proxy.cutAll()).isEqualTo(1);
            assertThatThrownBy(() -> hear(socket)).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void aHalfClosedConnectionStillSendsBackWhatWasSaid() throws IOException {
        try (Socket socket = call()) {
            say(socket, 'a');
            assertThat(hear(socket)).isEqualTo('a');
            assertThat(proxy.halfCloseAll()).isEqualTo(1);
            InputStream rest = socket.getInputStream();
            assertThat(rest.read()).isEqualTo(-1);
            say(socket, 'b'); // the caller may speak on; nobody hears it
        }
    }

    @Test
    void aDeadServerIsAReset() throws IOException {
        echo.close();
        try (Socket socket = call()) {
            assertThatThrownBy(() -> hear(socket)).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void delayIsKept() throws IOException {
        network.set(CALLER, SERVER, Traffic.slow(300, 0));
        try (Socket socket = call()) {
            say(socket, 'a');
            assertSilence(socket);
            assertThat(hear(socket)).isEqualTo('a');
        }
    }

    /** The server counts what it hears; the caller is answered once. */
    @Test
    void whatIsSaidTwiceIsAnsweredOnce() throws Exception {
        network.set(CALLER, SERVER, Traffic.TWICE);
        try (Socket socket = call()) {
            say(socket, 'a');
            say(socket, 'b');
            assertThat(hear(socket)).isEqualTo('a');
            assertThat(hear(socket)).isEqualTo('b');
            Await.until("all is heard twice", Duration.ofSeconds(10), () -> heard.get() == 4);
            assertSilence(socket);
        }
        assertThat(accepted.get()).isEqualTo(2);
    }

    @Test
    void aConversationIsNotRepeatedFromItsMiddle() throws Exception {
        try (Socket socket = call()) {
            say(socket, 'a');
            assertThat(hear(socket)).isEqualTo('a');
            network.set(CALLER, SERVER, Traffic.TWICE);
            say(socket, 'b');
            assertThat(hear(socket)).isEqualTo('b');
            assertThat(accepted.get()).isEqualTo(1);
        }
    }

    @Test
    void theKernelTellsWhoCalls() throws IOException {
        long self = ProcessHandle.current().pid();
        try (Socket socket = call()) {
            assertThat(SocketOwner.of(socket.getLocalPort(), proxy.port(), List.of(1L, self)))
                    .contains(self);
            assertThat(SocketOwner.of(socket.getLocalPort(), proxy.port(), List.of(-1L)))
                    .isEmpty();
        }
    }
}
