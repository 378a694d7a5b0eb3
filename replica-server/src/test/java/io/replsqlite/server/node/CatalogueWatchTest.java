package io.replsqlite.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.Epoch;
import io.replsqlite.lease.LeaseHolder;
import io.replsqlite.server.config.NodeSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A primary that does not answer must hold up nobody. */
@Timeout(30)
class CatalogueWatchTest {
    private static final String ENTRY =
            "{\"databases\":[{\"name\":\"app\",\"id\":\"00000000-0000-0001-0000-000000000002\"}]}";

    private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();

    @TempDir
    Path directory;

    private PrimaryCalls calls;
    private CatalogueWatch watch;

    private final CatalogueWatch.Listener listener = new CatalogueWatch.Listener() {
        @Override
        public void read(LeaseHolder primary, List<Catalogue.Entry> entries) {
            heard.add(entries);
        }

        @Override
        public void failed(LeaseHolder primary, IOException failure) {
            heard.add(failure);
        }
    };
    private ServerSocket mute;
    private ServerSocket answering;

    @BeforeEach
    void listen() throws IOException {
        NodeSettings settings = NodeSettings.of(Map.of("dir", directory.toString()));
        calls = new PrimaryCalls(settings, new NodeCredentials(new NodeFiles(directory), settings), () -> Epoch.NONE);
        watch = new CatalogueWatch(calls, listener);
        mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        answering = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void stop() throws Exception {
        watch.close();
        calls.close();
        mute.close();
        answering.close();
    }

    private static LeaseHolder at(ServerSocket socket, long epoch) {
        return new LeaseHolder("node", URI.create("http://127.0.0.1:" + socket.getLocalPort()), new Epoch(epoch));
    }

    private void answerOnce() throws IOException {
        try (Socket client = answering.accept()) {
            byte[] body = ENTRY.getBytes(StandardCharsets.US_ASCII);
            int read = client.getInputStream().read(new byte[8192]);
            assertThat(read).isPositive();
            client.getOutputStream()
                    .write(("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + body.length + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            client.getOutputStream().write(body);
        }
    }

    @Test
    void anotherPrimaryIsAskedAtOnceAlthoughTheFirstKeepsSilent() throws Exception {
        watch.follow(at(mute, 1));
        try (Socket asked = mute.accept()) {
            long start = System.nanoTime();
            watch.follow(at(answering, 2));
            answerOnce();
            Object first = heard.poll(10, TimeUnit.SECONDS);
            assertThat(first)
                    .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
                    .hasSize(1);
            assertThat(System.nanoTime() - start)
                    .as("less than a call may take")
                    .isLessThan(PrimaryCalls.QUICK_CALL.toNanos() / 2);
            assertThat(asked.isConnected()).isTrue();
        }
    }

    @Test
    void closingDoesNotWaitForASilentPrimaryAndNothingIsHeardOfIt() throws Exception {
        watch.follow(at(mute, 1));
        try (Socket asked = mute.accept()) {
            long start = System.nanoTime();
            watch.close();
            assertThat(System.nanoTime() - start).isLessThan(PrimaryCalls.QUICK_CALL.toNanos() / 2);
            assertThat(asked.isConnected()).isTrue();
        }
        assertThat(heard).isEmpty();
    }

    @Test
    void aFailureIsToldWhileThatPrimaryIsFollowed() throws Exception {
        LeaseHolder gone = at(mute, 1);
        mute.close();
        watch.follow(gone);
        assertThat(heard.poll(10, TimeUnit.SECONDS)).isInstanceOf(IOException.class);
    }
}
