package io.replsqlite.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class NodeSettingsTest {
    private static NodeSettings with(String key, String value) {
        return NodeSettings.of(key.equals("dir") ? Map.of("dir", value) : Map.of("dir", "d", key, value));
    }

    private static List<String> malformed(NodeSetting.Kind kind) {
        return switch (kind) {
            case NAME -> List.of("", "a b", "-a", "a/b", "x".repeat(65));
            case NAMES -> List.of("a,,b", ",", "a b", "a,/b");
            case PATH -> List.of("\0");
            case ADDRESS -> List.of("", "host", ":80", "host:", "host:x", "host:65536", "host:-1");
            case URL -> List.of("x", "ftp://host", "http://", "http:// host");
            case LEASE -> List.of("", "x", "file:", "static:a", "static:@http://h", "static:a@x", "zookeeper:");
            case DURABILITY -> List.of("", "x", "QUORUM", "majority");
            case TLS_CLIENT -> List.of("", "x", "NONE", "required");
            case PLAIN_TEXT -> List.of("", "yes", "trusted_network");
            case FLAG -> List.of("", "yes", "TRUE", "1");
            case COUNT -> List.of("", "0", "-1", "1.5", "x", "2147483648", "1 page");
            case DURATION -> List.of("", "5", "0s", "-1s", "5 days", "1.5s", "s");
            case BOOTSTRAP -> List.of("", "x", "BACKUP", "backups");
            case LAG -> List.of("", "0", "-1", "0s", "5 days", "some");
            case OPTIONAL_DURATION -> List.of("", "0s", "5", "never");
            case TEXT -> List.of();
            case STORES -> List.of("x", "ftp://h/p", "s3://b/p,", "file://rel", "s3://b/p?secret=x");
            case BYTES -> List.of("", "0", "x", "-1", "1KB", "1.5MiB", "999999999999GiB");
        };
    }

    static Stream<Arguments> malformedValues() {
        return Arrays.stream(NodeSetting.values())
                .flatMap(setting -> malformed(setting.kind()).stream().map(value -> Arguments.of(setting, value)));
    }

    @ParameterizedTest
    @MethodSource("malformedValues")
    void aMalformedValueIsRefusedWithTheSettingsNameAndWhatItTakes(NodeSetting setting, String value) {
        boolean meansDefault = value.isEmpty() && setting.defaultValue().isEmpty();
        if (meansDefault && setting != NodeSetting.DIR) {
            assertThat(with(setting.key(), value).name()).isEqualTo("node1");
            return;
        }
        assertThatThrownBy(() -> with(setting.key(), value))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("etting " + setting.key() + " ")
                .hasMessageContaining(setting.documentation());
    }

    @Test
    void everyDefaultIsValid() {
        NodeSettings defaults = NodeSettings.of(Map.of("dir", "d"));
        for (NodeSetting setting : NodeSetting.values()) {
            switch (setting.kind()) {
                case COUNT -> assertThat(defaults.count(setting)).isPositive();
                case BYTES -> assertThat(defaults.bytes(setting)).isPositive();
                case DURATION -> assertThat(defaults.duration(setting)).isPositive();
                default -> assertThat(setting.documentation()).isNotBlank();
            }
        }
        assertThat(defaults.listen()).contains(new ListenAddress("127.0.0.1", 7331));
        assertThat(defaults.lease()).isInstanceOf(LeaseSetting.ThisNode.class);
        assertThat(defaults.databases()).containsExactly("app");
        assertThat(defaults.advertiseUrl()).isEmpty();
        assertThat(defaults.tokenFile()).isEmpty();
        assertThat(defaults.leaseCredentialsFile()).isEmpty();
    }

    @Test
    void unitsMeanWhatTheySay() {
        assertThat(with("write-timeout", "1500ms").duration(NodeSetting.WRITE_TIMEOUT))
                .isEqualTo(Duration.ofMillis(1500));
        assertThat(with("write-timeout", "2 m").duration(NodeSetting.WRITE_TIMEOUT))
                .isEqualTo(Duration.ofMinutes(2));
        assertThat(with("max-request-bytes", "3KiB").bytes(NodeSetting.MAX_REQUEST_BYTES))
                .isEqualTo(3072);
        assertThat(with("max-request-bytes", "7").bytes(NodeSetting.MAX_REQUEST_BYTES))
                .isEqualTo(7);
        assertThat(with("databases", "a, b").databases()).containsExactly("a", "b");
        assertThat(with("databases", "").databases()).isEmpty();
    }

    @Test
    void anUnknownSettingIsRefusedWithTheListOfThoseThereAre() {
        assertThatThrownBy(() -> with("checkpoint-page", "1"))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("'checkpoint-page'")
                .hasMessageContaining("checkpoint-pages");
    }

    @Test
    void memoryForOneCommitMustFitIntoOneArray() {
        assertThatThrownBy(() -> with("apply-memory-bytes", "2GiB")).hasMessageContaining("apply-memory-bytes");
    }

    @Test
    void theTableInTheSecurityPageSaysTheDefaultsThatAreInForce() throws IOException {
        Pattern row = Pattern.compile("\\| `([a-z-]+)` \\| (?:`([^`]*)`|[^|]*) \\|.*");
        Map<String, String> documented = new HashMap<>();
        for (String line : Files.readAllLines(Path.of("..", "docs", "security.md"))) {
            Matcher matcher = row.matcher(line);
            if (matcher.matches()) {
                documented.put(matcher.group(1), matcher.group(2) == null ? "" : matcher.group(2));
            }
        }
        assertThat(documented).containsKeys("tls-certificate", "max-connections", "request-arrival-timeout");
        documented.forEach((key, value) -> assertThat(NodeSetting.byKey(key))
                .as(key)
                .hasValueSatisfying(
                        setting -> assertThat(setting.defaultValue()).isEqualTo(value)));
    }
}
