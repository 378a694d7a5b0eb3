package io.replsqlite.server.endpoint;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.base.MonotonicClock;
import io.replsqlite.tls.Tls;
import io.replsqlite.tls.TlsFiles;
import io.replsqlite.tls.TlsProblem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class SecureEndpointTest {
    @TempDir
    Path directory;

    private TestCertificates node;
    private TestCertificates client;
    private @Nullable HttpEndpoint endpoint;
    private int port;

    @BeforeEach
    void makeCertificates() throws IOException {
        node = new TestCertificates(directory.resolve("node"), "the cluster's").issue("node1", "127.0.0.1");
        client = new TestCertificates(directory.resolve("client"), "the clients'").issue("client", "client");
    }

    @AfterEach
    void stop() throws IOException {
        if (endpoint != null) {
            endpoint.close();
        }
    }

    private void serve(EndpointSettings.ClientCertificate clients) throws IOException {
        Tls tls = Tls.of(new TlsFiles(client.trust(), node.certificate(), node.key()));
        EndpointSettings settings = new EndpointSettings(
                "127.0.0.1",
                0,
                tls.context(),
                clients,
                new EndpointLimits(8, 1000, 8192, 100, Duration.ofSeconds(5), Duration.ofSeconds(5)));
        Routes routes = new Routes()
                .add("GET", "/hello", exchange -> exchange.answer(200, "text/plain", "hello".getBytes(US_ASCII)));
        endpoint = new HttpEndpoint(settings, routes, new BearerTokens(List.of("secret")), MonotonicClock.SYSTEM);
        port = endpoint.bind();
        endpoint.serve();
    }

    private static OkHttpClient client(TlsFiles files) throws IOException {
        return Tls.of(files).secure(new OkHttpClient());
    }

    private TlsFiles trusting() {
        return new TlsFiles(node.trust(), null, null);
    }

    private TlsFiles showingCertificate() {
        return new TlsFiles(node.trust(), client.certificate(), client.key());
    }

    private Response get(OkHttpClient client, String host) throws IOException {
        return client.newCall(new Request.Builder()
                        .url("https://" + host + ":" + port + "/hello")
                        .header("Authorization", "Bearer secret")
                        .build())
                .execute();
    }

    private String hello(TlsFiles files) throws IOException {
        try (Response response = get(client(files), "127.0.0.1")) {
            return response.code() + " " + response.body().string();
        }
    }

    private String problem(TlsFiles files, String host) {
        try (Response response = get(client(files), host)) {
            return "answered " + response.code();
        } catch (IOException failure) {
            return TlsProblem.describe("the node", failure);
        }
    }

    @Test
    void aClientThatTrustsTheAuthorityIsServed() throws IOException {
        serve(EndpointSettings.ClientCertificate.NONE);
        assertThat(hello(trusting())).isEqualTo("200 hello");
    }

    @Test
    void aCertificateOfAnotherAuthorityOrForAnotherHostIsNotAccepted() throws IOException {
        serve(EndpointSettings.ClientCertificate.NONE);
        assertThat(problem(new TlsFiles(client.trust(), null, null), "127.0.0.1"))
                .contains("no TLS connection", "trust file");
        assertThatThrownBy(() -> get(client(trusting()), "localhost")).isInstanceOf(SSLPeerUnverifiedException.class);
        assertThat(problem(trusting(), "localhost")).contains("not for this host name");
    }

    @Test
    void whereClientsMustShowACertificateOnlyAValidOneIsServed() throws IOException {
        serve(EndpointSettings.ClientCertificate.REQUIRE);
        assertThat(hello(showingCertificate())).isEqualTo("200 hello");
        assertThat(problem(trusting(), "127.0.0.1")).doesNotContain("answered");
        assertThat(problem(new TlsFiles(node.trust(), node.certificate(), node.key()), "127.0.0.1"))
                .as("the node's authority is not the clients'")
                .doesNotContain("answered");
    }

    @Test
    void whereACertificateIsWantedNoneWillDo() throws IOException {
        serve(EndpointSettings.ClientCertificate.WANT);
        assertThat(hello(trusting())).isEqualTo("200 hello");
        assertThat(hello(showingCertificate())).isEqualTo("200 hello");
    }

    @Test
    void aRequestInTheClearIsToldToUseTlsAndNothingElse() throws IOException {
        serve(EndpointSettings.ClientCertificate.NONE);
        for (String token : List.of("secret", "wrong")) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.getOutputStream()
                        .write(("GET /hello HTTP/1.1\r\nHost: node\r\nAuthorization: Bearer " + token + "\r\n\r\n")
                                .getBytes(US_ASCII));
                assertThat(new String(socket.getInputStream().readAllBytes(), US_ASCII))
                        .startsWith("HTTP/1.1 400 ")
                        .contains("tlsRequired", "https://")
                        .doesNotContain("hello");
            }
        }
    }

    @Test
    void replacedFilesAreInForceAtTheNextHandshakeAndUnusableOnesAreNot() throws IOException {
        serve(EndpointSettings.ClientCertificate.REQUIRE);
        assertThat(subject()).contains("node1");
        node.issue("node1-renewed", "127.0.0.1");
        assertThat(subject()).contains("node1-renewed");

        Files.writeString(node.certificate(), "half of a file");
        assertThat(subject()).contains("node1-renewed");
        node.issue("node1-again", "127.0.0.1");
        assertThat(subject()).contains("node1-again");

        client = new TestCertificates(directory.resolve("client"), "the clients' next").issue("client", "client");
        assertThat(subject()).contains("node1-again");
    }

    private String subject() throws IOException {
        try (Response response = get(client(showingCertificate()), "127.0.0.1")) {
            assertThat(response.code()).isEqualTo(200);
            X509Certificate shown =
                    (X509Certificate) response.handshake().peerCertificates().get(0);
            return shown.getSubjectX500Principal().getName();
        }
    }

    @Test
    void filesThatDoNotFitAreRefusedByName() throws IOException {
        TestCertificates other = new TestCertificates(directory.resolve("other"), "other").issue("x", "x");
        assertThatThrownBy(() -> Tls.of(new TlsFiles(null, node.certificate(), other.key())))
                .hasMessageContaining(other.key().toString())
                .hasMessageContaining("is not that of the first certificate");
        assertThatThrownBy(() -> Tls.of(new TlsFiles(node.key(), null, null))).hasMessageContaining("no certificate");
        assertThatThrownBy(() -> Tls.of(new TlsFiles(null, node.certificate(), node.trust())))
                .hasMessageContaining("no private key");
        Path old = Files.writeString(
                directory.resolve("old.pem"), "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n");
        assertThatThrownBy(() -> Tls.of(new TlsFiles(null, node.certificate(), old)))
                .hasMessageContaining("openssl pkcs8");
        assertThatThrownBy(() -> Tls.of(new TlsFiles(directory.resolve("absent"), null, null)))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> new TlsFiles(null, node.certificate(), null)).hasMessageContaining("both or none");
    }

    @Test
    void aPlainPortIsNamedWhenTlsIsSpokenToIt() throws IOException {
        endpoint = new HttpEndpoint(
                new EndpointSettings(
                        "127.0.0.1",
                        0,
                        null,
                        EndpointSettings.ClientCertificate.NONE,
                        new EndpointLimits(8, 1000, 8192, 100, Duration.ofSeconds(5), Duration.ofSeconds(5))),
                new Routes(),
                new BearerTokens(List.of("secret")),
                MonotonicClock.SYSTEM);
        port = endpoint.bind();
        endpoint.serve();
        assertThatThrownBy(() -> get(client(trusting()), "127.0.0.1")).isInstanceOf(SSLException.class);
        assertThat(problem(trusting(), "127.0.0.1")).contains("does not speak TLS");
    }
}
