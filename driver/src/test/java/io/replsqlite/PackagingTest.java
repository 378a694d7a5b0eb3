package io.replsqlite;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/** What an application gets with the driver besides its classes: dependencies, module name, services, native metadata. */
class PackagingTest {
    private static final Path CLASSES = Path.of("target", "classes");
    private static final String METADATA = "META-INF/native-image/io.replsqlite/driver/reachability-metadata.json";

    @TempDir
    Path directory;

    private static Element pom() throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(Path.of("pom.xml").toFile())
                .getDocumentElement();
    }

    private static List<Element> children(Element parent, String name) {
        List<Element> found = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element && element.getTagName().equals(name)) {
                found.add(element);
            }
        }
        return found;
    }

    private static String text(Element parent, String name) {
        return children(parent, name).stream()
                .map(Element::getTextContent)
                .findFirst()
                .orElse("");
    }

    @Test
    void theDriverBringsOnlyWhatTheDesignLists() throws Exception {
        List<String> runtime = children(pom(), "dependencies").stream()
                .flatMap(all -> children(all, "dependency").stream())
                .filter(dependency -> !text(dependency, "scope").equals("test")
                        && !text(dependency, "optional").equals("true"))
                .map(dependency -> text(dependency, "groupId") + ":" + text(dependency, "artifactId"))
                .sorted()
                .toList();
        assertThat(runtime)
                .containsExactly(
                        "com.fasterxml.jackson.core:jackson-databind",
                        "com.fasterxml.jackson.dataformat:jackson-dataformat-cbor",
                        "com.squareup.okhttp3:okhttp-jvm",
                        "io.github.resilience4j:resilience4j-retry",
                        "org.xerial:sqlite-jdbc");
    }

    @Test
    void theJarIsAModuleOfAStableName() throws Exception {
        String name =
                pom().getElementsByTagName("Automatic-Module-Name").item(0).getTextContent();
        ModuleDescriptor module = ModuleFinder.of(jar(name)).findAll().stream()
                .findFirst()
                .orElseThrow()
                .descriptor();
        assertThat(module.name()).isEqualTo("io.replsqlite.driver");
        assertThat(module.packages()).contains("io.replsqlite", "io.replsqlite.api");
        // Deriving the module reads the service files and refuses a provider that is not in the jar.
        assertThat(module.provides()).anySatisfy(provides -> {
            assertThat(provides.service()).isEqualTo("java.sql.Driver");
            assertThat(provides.providers()).containsExactly(ReplicaDriver.class.getName());
        });
    }

    private Path jar(String moduleName) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Automatic-Module-Name", moduleName);
        Path jar = directory.resolve("driver.jar");
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out, manifest);
                Stream<Path> files = Files.walk(CLASSES)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                entries.putNextEntry(new JarEntry(CLASSES.relativize(file).toString()));
                Files.copy(file, entries);
            }
        }
        return jar;
    }

    @Test
    void whatANativeImageIsToldExists() throws Exception {
        JsonNode metadata =
                new ObjectMapper().readTree(CLASSES.resolve(METADATA).toFile());
        List<String> types = new ArrayList<>();
        for (JsonNode entry : metadata.path("reflection")) {
            types.add(entry.path("type").asText());
            Class<?> type = Class.forName(entry.path("type").asText());
            assertThat(type.getConstructor().newInstance()).isNotNull();
        }
        assertThat(types).containsExactlyInAnyOrder(ReplicaDriver.class.getName(), ReplicaDataSource.class.getName());
        for (JsonNode resource : metadata.path("resources")) {
            assertThat(CLASSES.resolve(resource.path("glob").asText())).exists();
        }
        assertThat(metadata.path("resources")).isNotEmpty();
    }
}
