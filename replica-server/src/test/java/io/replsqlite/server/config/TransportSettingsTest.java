package io.replsqlite.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a node refuses before it listens where others could reach it. */
class TransportSettingsTest {
    @TempDir
    Path directory;

    private String token = "";

    @BeforeEach
    void makeToken() throws IOException {
        token = Files.writeString(directory.resolve("token"), "a-token-that-others-know")
                .toString();
    }

    private NodeSettings with(String... settings) {
        Map<String, String> given = new HashMap<>(Map.of("dir", "d"));
        for (int at = 0; at < settings.length; at += 2) {
            given.put(settings[at], settings[at + 1]);
        }
        return NodeSettings.of(given);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:0", "127.0.0.2:1", "localhost:0", "[::1]:0"})
    void loopbackNeedsNothing(String listen) {
        assertThat(with("listen", listen).transport().scheme()).isEqualTo("http");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0:7331", "[::]:7331", "192.0.2.1:7331", "no-such-host.invalid:7331"})
    void whatOthersCanReachNeedsATokenAndTls(String listen) {
        String[] url = {"listen", listen, "advertise-url", "https://node1:7331"};
        assertThatThrownBy(() -> with(url))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("token-file");
        assertThatThrownBy(() -> with(
                        url[0],
                        url[1],
                        "token-file",
                        directory.resolve("absent").toString()))
                .hasMessageContaining("token-file");
        assertThatThrownBy(() -> with(url[0], url[1], url[2], url[3], "token-file", token))
                .hasMessageContaining("tls-certificate")
                .hasMessageContaining("plain-text=trusted-network");
        NodeSettings secure =
                with(url[0], url[1], url[2], url[3], "token-file", token, "tls-certificate", "c", "tls-key", "k");
        assertThat(secure.transport().scheme()).isEqualTo("https");
        assertThat(with(url[0], url[1], url[2], url[3], "token-file", token, "plain-text", "trusted-network")
                        .transport()
                        .servesTls())
                .isFalse();
    }

    @Test
    void anAddressThatNobodyCanCallIsNotAdvertised() {
        assertThatThrownBy(
                        () -> with("listen", "0.0.0.0:1", "token-file", token, "tls-certificate", "c", "tls-key", "k"))
                .hasMessageContaining("advertise-url");
        assertThatThrownBy(() -> with("tls-certificate", "c", "tls-key", "k", "advertise-url", "http://node1:1"))
                .hasMessageContaining("https://");
    }

    @Test
    void halfOfTlsIsRefused() {
        assertThatThrownBy(() -> with("tls-certificate", "c")).hasMessageContaining("tls-key");
        assertThatThrownBy(() -> with("tls-key", "k")).hasMessageContaining("tls-certificate");
        assertThatThrownBy(() -> with("tls-client", "require")).hasMessageContaining("tls-trust");
        assertThatThrownBy(() -> with("tls-client", "want", "tls-certificate", "c", "tls-key", "k"))
                .hasMessageContaining("tls-trust");
        assertThat(with("tls-client", "require", "tls-certificate", "c", "tls-key", "k", "tls-trust", "t")
                        .transport()
                        .clients())
                .isEqualTo(TransportSettings.ClientCertificate.REQUIRE);
    }
}
