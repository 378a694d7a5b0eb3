package io.replsqlite.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.api.Consistency;
import io.replsqlite.api.OnStale;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigParserTest {
    @Test
    void findsEverythingFromThePathAlone() {
        DriverConfig config = ConfigParser.parse("jdbc:replsqlite:/data/app.db", new Properties());
        assertThat(config.databaseFile()).isEqualTo(Path.of("/data/app.db"));
        assertThat(config.statusFile()).isEqualTo(Path.of("/data/app.db-replsqlite/status"));
        assertThat(config.tokenFile()).isEqualTo(Path.of("/data/app.db-replsqlite/token"));
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
    @ValueSource(
            strings = {
                "jdbc:replsqlite:",
                "jdbc:replsqlite::memory:",
                "jdbc:replsqlite:file:a.db",
                "jdbc:replsqlite://host/app"
            })
    void refusesWhatIsNotAPlainFile(String url) {
        assertThatThrownBy(() -> ConfigParser.parse(url, new Properties())).hasMessageContaining("plain file");
    }
}
