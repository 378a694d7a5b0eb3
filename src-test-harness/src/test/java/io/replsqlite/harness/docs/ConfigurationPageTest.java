package io.replsqlite.harness.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.config.Setting;
import io.replsqlite.harness.policy.SourceTree;
import io.replsqlite.server.config.NodeSetting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** {@code docs/configuration.md} is made from the two tables of settings; {@code -Ddocs.update=true} writes it. */
class ConfigurationPageTest {
    private final Path page = SourceTree.find().root().resolve("docs/configuration.md");

    @Test
    void thePageSaysWhatTheTablesSay() throws IOException {
        String wanted = page();
        if (Boolean.getBoolean("docs.update")) {
            Files.writeString(page, wanted);
        }
        assertThat(page)
                .as("run this test with -Ddocs.update=true after a change of a setting")
                .hasContent(wanted);
    }

    private static String page() {
        StringBuilder text = new StringBuilder("""
                # Configuration

                Made from the program's own tables; a test keeps it so. An unknown setting or a value that is not of its form is refused at start, with what would be right.

                ## A node

                As a flag (`--checkpoint-pages 4000`), in the environment (`REPLSQLITE_CHECKPOINT_PAGES`), or in the file of `serve --config FILE`; a flag beats the environment, the environment the file. An embedded node takes them from `nodeConfig` or as parameters `node.checkpoint-pages` of the URL.

                | setting | default | form | |
                |---|---|---|---|
                """);
        for (NodeSetting setting : NodeSetting.values()) {
            row(text, setting.key(), setting.defaultValue(), setting.unit(), setting.documentation());
        }
        text.append("""

                ## The driver

                As a parameter of the URL (`jdbc:replsqlite:/data/app.db?readTimeout=200ms`), in Properties, which win, or by a setter of `ReplicaDataSource`. [The driver](driver.md) says more about each.

                | setting | default | form | |
                |---|---|---|---|
                """);
        for (Setting setting : Setting.values()) {
            row(text, setting.key(), setting.defaultValue(), setting.form(), setting.description());
        }
        return text.toString();
    }

    private static void row(StringBuilder text, String key, String value, String form, String meaning) {
        text.append("| `")
                .append(key)
                .append("` | ")
                .append(value.isEmpty() ? "" : "`" + value + "`")
                .append(" | ")
                .append(escaped(form))
                .append(" | ")
                .append(escaped(meaning))
                .append(" |\n");
    }

    private static String escaped(String text) {
        return text.replace("|", "\\|").replace("<", "&lt;");
    }
}
