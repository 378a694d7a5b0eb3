package io.replsqlite.examples.spring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.replsqlite.harness.pages.CodeBlock;
import io.replsqlite.harness.pages.Pages;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.net.URL;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Every property of Spring's configuration that a page names is one that Boot or the driver knows. */
class SpringPropertiesTest {
    private static final List<String> METADATA = List.of(
            "META-INF/spring-configuration-metadata.json", "META-INF/additional-spring-configuration-metadata.json");

    private static final Pattern PROPERTY =
            Pattern.compile("((?:spring|management|replsqlite)(?:\\.[\\w-]+)+)(?:=.*)?");

    /** Names of gauges and packages, which look like properties. */
    private static final Pattern OTHER = Pattern.compile("replsqlite\\.(replica|node)\\..*");

    private final Map<String, String> types = new HashMap<>();

    SpringPropertiesTest() throws IOException {
        for (String resource : METADATA) {
            for (URL url : Collections.list(
                    Thread.currentThread().getContextClassLoader().getResources(resource))) {
                read(url);
            }
        }
    }

    private void read(URL url) throws IOException {
        try (InputStream json = url.openStream()) {
            for (JsonNode property : new ObjectMapper().readTree(json).path("properties")) {
                types.put(property.path("name").asText(), property.path("type").asText());
            }
        }
    }

    @Test
    void everyPropertyShownIsKnown() throws IOException {
        List<String> unknown = new ArrayList<>();
        int shown = 0;
        for (CodeBlock block : Pages.blocks("properties spring")) {
            Properties properties = new Properties();
            properties.load(new StringReader(block.text()));
            for (String key : properties.stringPropertyNames()) {
                shown++;
                check(key, block, unknown);
            }
        }
        for (CodeBlock span : Pages.spans()) {
            Matcher property = PROPERTY.matcher(span.text());
            if (property.matches() && !OTHER.matcher(span.text()).matches()) {
                shown++;
                check(property.group(1), span, unknown);
            }
        }
        assertThat(shown).isGreaterThan(10);
        assertThat(unknown).isEmpty();
    }

    private void check(String key, CodeBlock where, List<String> unknown) {
        if (!types.containsKey(key) && !isInMap(key)) {
            unknown.add(where.place() + ": " + key);
        }
    }

    /** What stands below a property that is a map has a name that users choose. */
    private boolean isInMap(String key) {
        int dot = key.lastIndexOf('.');
        while (dot > 0) {
            if (types.getOrDefault(key.substring(0, dot), "").startsWith("java.util.Map")) {
                return true;
            }
            dot = key.lastIndexOf('.', dot - 1);
        }
        return false;
    }

    @Test
    void everyPropertyOfTheDriverIsOnThePage() throws IOException {
        String page = Files.readString(Pages.root().resolve("docs/spring.md"));
        Set<String> own = new TreeSet<>(types.keySet());
        own.removeIf(name -> !name.contains("replsqlite"));
        assertThat(own)
                .hasSizeGreaterThan(3)
                .allSatisfy(name -> assertThat(page).contains(name));
    }
}
