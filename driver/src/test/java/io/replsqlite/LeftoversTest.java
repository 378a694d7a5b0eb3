package io.replsqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.sql.DriverManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

/** A program of plain sqlite-jdbc of which only half was changed: each refusal names what to change. */
class LeftoversTest {
    @TempDir
    private Path directory;

    private String url(String parameters) {
        return "jdbc:replsqlite:" + directory.resolve("app.db") + parameters;
    }

    @Test
    void aPoolThatNamesTheOldDriver() {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url(""));
        config.setDriverClassName("org.sqlite.JDBC");
        assertThatThrownBy(() -> {
                    try (HikariDataSource pool = new HikariDataSource(config)) {
                        pool.getConnection().close();
                    }
                })
                .hasMessageContaining("Driver org.sqlite.JDBC claims to not accept jdbcUrl, jdbc:replsqlite:");
    }

    @Test
    void sqliteJdbcsOwnDataSource() {
        SQLiteDataSource source = new SQLiteDataSource();
        source.setUrl(url(""));
        assertThatThrownBy(source::getConnection).hasMessageContaining("invalid database address: jdbc:replsqlite:");
    }

    @Test
    void aMisspeltSettingMakesNoFile() {
        assertThatThrownBy(() -> DriverManager.getConnection(url("?freshnes=5s")))
                .hasMessageContaining("there is no setting 'freshnes'")
                .hasMessageContaining("freshness");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void aFileWithoutANode() {
        assertThatThrownBy(() -> DriverManager.getConnection(url("?connectTimeout=100ms")))
                .hasMessageContaining("replsqlite serve --dir " + directory);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void anEmbeddedNodeThatIsNotOnTheClassPath() {
        assertThatThrownBy(() -> DriverManager.getConnection(url("?node=embedded")))
                .hasMessageContaining("add the dependency io.replsqlite:replica-server beside io.replsqlite:driver");
    }
}
