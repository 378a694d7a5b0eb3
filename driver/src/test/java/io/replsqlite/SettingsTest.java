package io.replsqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.config.Setting;
import java.beans.Introspector;
import java.beans.PropertyDescriptor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Arrays;
import java.util.Map;
import java.util.Properties;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One table of settings, and the places where each can be given. */
class SettingsTest {
    @TempDir
    Path directory;

    private static Map<String, DriverPropertyInfo> info(String url, Properties properties) throws SQLException {
        return Arrays.stream(new ReplicaDriver().getPropertyInfo(url, properties))
                .collect(Collectors.toMap(info -> info.name, Function.identity()));
    }

    @Test
    void theDriverListsEverySettingWithDefaultChoicesAndForm() throws SQLException {
        Map<String, DriverPropertyInfo> all = info("jdbc:replsqlite:/x.db", new Properties());
        for (Setting setting : Setting.values()) {
            DriverPropertyInfo info = all.get(setting.key());
            assertThat(info.value).isEqualTo(setting.defaultValue());
            assertThat(info.description).contains(setting.form());
            assertThat(info.required).isFalse();
            if (!setting.choices().isEmpty()) {
                assertThat(info.choices).contains(setting.defaultValue());
            }
        }
        assertThat(all).containsKey("busy_timeout");
        assertThat(all.get("consistency").choices)
                .containsExactly("eventual", "bounded", "session", "linearizable", "primary");
    }

    @Test
    void theDriverListsWhatUrlAndPropertiesSay() throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("freshness", "2s");
        Map<String, DriverPropertyInfo> all = info("jdbc:replsqlite:/x.db?onStale=fail&foreign_keys=on", properties);
        assertThat(all.get("freshness").value).isEqualTo("2s");
        assertThat(all.get("onStale").value).isEqualTo("fail");
        assertThat(all.get("foreign_keys").value).isEqualTo("on");
        assertThatThrownBy(() -> info("jdbc:replsqlite:/x.db?nonsense=1", new Properties()))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("there are: ");
        assertThat(info("", new Properties())).hasSizeGreaterThan(Setting.values().length);
    }

    @Test
    void theDataSourceHasEverySettingAsABeanProperty() throws Exception {
        ReplicaDataSource source = new ReplicaDataSource();
        Map<String, PropertyDescriptor> beans = Arrays.stream(
                        Introspector.getBeanInfo(ReplicaDataSource.class).getPropertyDescriptors())
                .collect(Collectors.toMap(PropertyDescriptor::getName, Function.identity()));
        for (Setting setting : Setting.values()) {
            PropertyDescriptor bean = beans.get(setting.key());
            assertThat(bean).as("a bean property for '" + setting.key() + "'").isNotNull();
            assertThat(bean.getReadMethod().invoke(source)).isEqualTo(setting.defaultValue());
            bean.getWriteMethod().invoke(source, "x-" + setting.key());
            assertThat(source.getProperties()).containsEntry(setting.key(), "x-" + setting.key());
        }
        assertThat(source.getProperties()).hasSize(Setting.values().length);
    }

    @Test
    void theDataSourceChecksAllWhenItOpensAConnection() throws Exception {
        ReplicaDataSource source = new ReplicaDataSource();
        assertThatThrownBy(source::getConnection).hasMessageContaining("no URL");
        source.setUrl("jdbc:postgresql:x");
        assertThatThrownBy(source::getConnection).hasMessageContaining("expected jdbc:replsqlite:");
        source.setUrl("jdbc:replsqlite:" + directory.resolve("app.db"));
        source.setProperty("fresness", "5s");
        assertThatThrownBy(source::getConnection).hasMessageContaining("there is no setting 'fresness'");
        assertThat(Files.list(directory)).as("no file of a wrong name").isEmpty();
        ReplicaDataSource other = new ReplicaDataSource();
        other.setUrl(source.getUrl());
        other.setOnStale("sometimes");
        assertThatThrownBy(other::getConnection).hasMessageContaining("wait, primary, fail, stale");
        other.setOnStale("fail");
        other.setConnectTimeout("10ms");
        assertThatThrownBy(() -> other.getConnection("user", "password"))
                .isInstanceOf(SQLTransientConnectionException.class)
                .hasMessageContaining("not usable");
    }

    @Test
    void theDataSourceCanBeSentAsBytes() throws Exception {
        ReplicaDataSource source = new ReplicaDataSource();
        source.setUrl("jdbc:replsqlite:/x.db");
        source.setFreshness("3s");
        source.setLoginTimeout(7);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(source);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            ReplicaDataSource copy = (ReplicaDataSource) in.readObject();
            assertThat(copy.getUrl()).isEqualTo(source.getUrl());
            assertThat(copy.getFreshness()).isEqualTo("3s");
            assertThat(copy.getLoginTimeout()).isEqualTo(7);
        }
        assertThat(source.unwrap(DataSource.class)).isSameAs(source);
        assertThatThrownBy(() -> source.unwrap(String.class)).isInstanceOf(SQLException.class);
    }

    @Test
    void theDriverIsFoundByItsServiceFile() throws SQLException {
        assertThat(DriverManager.getDriver("jdbc:replsqlite:/x.db")).isInstanceOf(ReplicaDriver.class);
    }
}
