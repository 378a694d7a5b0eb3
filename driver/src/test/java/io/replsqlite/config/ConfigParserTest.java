package io.replsqlite.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.api.Consistency;
import io.replsqlite.api.OnStale;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigParserTest {
    @Test
    void findsEverythingFromThePathAlone() {
        DriverConfig config = ConfigParser.parse("jdbc:replsqlite:/data/app.db", new Properties());
        Place.OnReplica place = (Place.OnReplica) config.place();
        assertThat(place).isInstanceOf(Place.BesideNode.class);
        assertThat(place.databaseFile()).isEqualTo(Path.of("/data/app.db"));
        assertThat(place.statusFile()).isEqualTo(Path.of("/data/app.db-replsqlite/status"));
        assertThat(place.tokenFile()).isEqualTo(Path.of("/data/app.db-replsqlite/token"));
        assertThat(config.databaseName()).isEqualTo("app");
        assertThat(config.read())
                .isEqualTo(new ReadRule(
                        Consistency.SESSION, Duration.ofSeconds(30), OnStale.PRIMARY, Duration.ofSeconds(1)));
        assertThat(config.pragmas()).isEmpty();
        assertThat(config.reportedUrl()).isEqualTo("jdbc:replsqlite:/data/app.db");
    }

    @Test
    void takesSettingsFromUrlAndPropertiesAndPropertiesWin() {
        Properties properties = new Properties();
        properties.setProperty("writeTimeout", "2s");
        properties.setProperty("user", "sa");
        DriverConfig config = ConfigParser.parse(
                "jdbc:replsqlite:/d/a.db?writeTimeout=9s&freshness=500ms&foreign_keys=on&onStale=stale"
                        + "&journal_mode=WAL&metadataUrl=sqlite",
                properties);
        assertThat(config.writeTimeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(config.read().freshness()).isEqualTo(Duration.ofMillis(500));
        assertThat(config.read().onStale()).isEqualTo(OnStale.STALE);
        assertThat(config.pragmas()).containsOnlyKeys("foreign_keys");
        assertThat(config.sessionSettings()).containsEntry("foreign_keys", "on");
        assertThat(config.reportedUrl()).isEqualTo("jdbc:sqlite:/d/a.db");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fresness=5s",
                "open_mode=2",
                "enable_load_extension=true",
                "journal_mode=delete",
                "Consistency=x"
            })
    void refusesUnknownNamesAndListsTheValidOnes(String parameter) {
        assertThatThrownBy(() -> ConfigParser.parse("jdbc:replsqlite:/a.db?" + parameter, new Properties()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("there is no setting")
                .hasMessageContaining("freshness")
                .hasMessageContaining("busy_timeout");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "readTimeout=5",
                "readTimeout=-1s",
                "readTimeout=999999999999h",
                "consistency=strong",
                "consistency=bounded&freshness=unbounded",
                "onStale=",
                "novalue",
                "freshness=1d"
            })
    void refusesMalformedValues(String parameter) {
        assertThatThrownBy(() -> ConfigParser.parse("jdbc:replsqlite:/a.db?" + parameter, new Properties()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdbc:replsqlite:", "jdbc:replsqlite::memory:", "jdbc:replsqlite:file:a.db"})
    void refusesWhatIsNotAPlainFile(String url) {
        assertThatThrownBy(() -> ConfigParser.parse(url, new Properties())).hasMessageContaining("plain file");
    }

    @Test
    void findsHostsDatabaseAndCredentialOfARemoteUrl() {
        DriverConfig config = ConfigParser.parse(
                "jdbc:replsqlite://one,two:7000,[::1]:7001/app?token=a%2Bb&metadataUrl=replsqlite", new Properties());
        Place.Remote place = (Place.Remote) config.place();
        assertThat(place.nodeUrls()).containsExactly("http://one:7331", "http://two:7000", "http://[::1]:7001");
        assertThat(place.credential()).isEqualTo(new Place.Credential.Token("a+b"));
        assertThat(config.databaseName()).isEqualTo("app");
        assertThat(config.toString() + config.reportedUrl())
                .doesNotContain("a+b")
                .doesNotContain("a%2Bb");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//one/app",
                "//one/app?token=x&tokenFile=y",
                "//one?token=x",
                "//one/?token=x",
                "//one/a/b?token=x",
                "///app?token=x",
                "//one,/app?token=x",
                "//one:seven/app?token=x",
                "//one:0/app?token=x",
                "//user@one/app?token=x",
                "//one/app?token=x&node=embedded",
                "//one/app?token=x&node.listen=none",
                "//one/app?token=x&nodeDirectory=/d"
            })
    void refusesRemoteUrlsThatMeanNothing(String rest) {
        assertThatThrownBy(() -> ConfigParser.parse("jdbc:replsqlite:" + rest, new Properties()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("token=x");
    }

    @Test
    void givesAnEmbeddedNodeItsSettingsAndParametersBeatTheFile(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("node.properties"), "name=filed\nlease=static\n");
        DriverConfig config = ConfigParser.parse(
                "jdbc:replsqlite:/d/a.db?node=embedded&node.name=given&nodeConfig=" + file, new Properties());
        Place.Embedded place = (Place.Embedded) config.place();
        assertThat(place.nodeSettings()).containsOnly(Map.entry("name", "given"), Map.entry("lease", "static"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "node.name=x",
                "nodeConfig=/none",
                "node=elsewhere",
                "node=embedded&nodeConfig=/there/is/no/such.properties",
                "token=x"
            })
    void refusesSettingsOfANodeThatIsNotEmbedded(String parameters) {
        assertThatThrownBy(() -> ConfigParser.parse("jdbc:replsqlite:/d/a.db?" + parameters, new Properties()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
