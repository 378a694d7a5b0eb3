package io.replsqlite.server.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqliteVersionTest {
    @ParameterizedTest
    @ValueSource(strings = {"3.7.0", "3.40.1", "3.44.5", "3.45.0", "3.50.6", "3.51.0", "3.51.2", "3.52.0", "2.8.17"})
    void affectedVersionsAreRefused(String version) {
        assertThatThrownBy(() -> SqliteVersion.requireSafe(SqliteVersion.parse(version)))
                .isInstanceOf(UnusableDatabaseException.class)
                .hasMessageContaining(version)
                .hasMessageContaining("3.51.3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"3.44.6", "3.44.9", "3.50.7", "3.51.3", "3.53.0", "3.54.1", "4.0.0"})
    void fixedVersionsPass(String version) {
        assertThat(SqliteVersion.parse(version).hasWalResetBug()).isFalse();
    }

    @Test
    void theLibraryInUsePasses() throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite::memory:")) {
            SqliteVersion.requireSafe(connection);
            assertThat(SqliteVersion.of(connection)).isGreaterThan(SqliteVersion.parse("3.51.2"));
        }
    }
}
