package io.replsqlite;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.config.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The table of settings in docs/driver.md against the table in the code. */
class DocumentationTest {
    @Test
    void everySettingStandsInTheDocumentationWithItsDefaultAndChoices() throws IOException {
        List<String> rows = Files.readAllLines(Path.of("..", "docs", "driver.md"));
        for (Setting setting : Setting.values()) {
            String row = rows.stream()
                    .filter(line -> line.startsWith("| `" + setting.key() + "` |"))
                    .findFirst()
                    .orElse("no row for " + setting.key());
            assertThat(row).startsWith("| `" + setting.key() + "` |");
            if (!setting.defaultValue().isEmpty()) {
                assertThat(row).startsWith("| `" + setting.key() + "` | `" + setting.defaultValue() + "` |");
            }
            setting.choices().forEach(choice -> assertThat(row).contains("`" + choice + "`"));
        }
    }
}
