package io.replsqlite.harness.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.replsqlite.config.ConfigParser;
import io.replsqlite.harness.pages.CodeBlock;
import io.replsqlite.harness.pages.Pages;
import io.replsqlite.server.config.NodeSettings;
import io.replsqlite.server.files.OwnerOnlyFile;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings files and URLs that the pages show are taken by the parsers that read them. */
class NodePropertiesTest {
    private static final String REMOTE = "jdbc:replsqlite://";
    private static final Pattern URL = Pattern.compile("jdbc:replsqlite:[^\\s`'\"|)]+");

    @TempDir
    private Path directory;

    @Test
    void settingsFilesOfNodesAreTaken() throws IOException {
        List<CodeBlock> blocks = Pages.blocks("properties node");
        assertThat(blocks).isNotEmpty();
        for (CodeBlock block : blocks) {
            Properties properties = new Properties();
            properties.load(new StringReader(block.text()));
            Map<String, String> given = new HashMap<>();
            properties.stringPropertyNames().forEach(key -> given.put(key, properties.getProperty(key)));
            given.replace("token-file", tokenFile().toString());
            assertThatCode(() -> NodeSettings.of(given)).as(block.place()).doesNotThrowAnyException();
        }
    }

    /** That of the page is on nobody's machine, and a node wants to see one. */
    private Path tokenFile() throws IOException {
        Path file = directory.resolve("token");
        OwnerOnlyFile.create(file, "0123456789abcdef0123456789abcdef");
        return file;
    }

    @Test
    void everyUrlShownIsTaken() throws IOException {
        List<CodeBlock> places = new ArrayList<>(Pages.spans());
        places.addAll(Pages.blocks());
        int urls = 0;
        for (CodeBlock place : places) {
            for (MatchResult found : URL.matcher(place.text()).results().toList()) {
                String url = found.group();
                if (url.contains("...") || url.contains("{") || url.endsWith(":")) {
                    continue; // leaves out what the reader knows
                }
                urls++;
                Properties properties = new Properties();
                if (url.startsWith(REMOTE) && !url.contains("token")) {
                    properties.setProperty("token", "of the reader");
                }
                assertThatCode(() -> ConfigParser.parse(url, properties))
                        .as("%s: %s", place.place(), url)
                        .doesNotThrowAnyException();
            }
        }
        assertThat(urls).isGreaterThan(10);
    }
}
