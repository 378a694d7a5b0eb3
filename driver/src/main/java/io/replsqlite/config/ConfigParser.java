package io.replsqlite.config;

import io.replsqlite.tls.TlsFiles;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** {@code jdbc:replsqlite:/path/app.db?name=value&...} and Properties to a {@link DriverConfig}; Properties win. */
public final class ConfigParser {
    public static final String PREFIX = "jdbc:replsqlite:";

    private final String url;
    private final String path;
    private final Map<String, String> settings = new HashMap<>();
    private final Map<String, String> pragmas = new HashMap<>();

    private ConfigParser(String url) {
        this.url = url;
        String rest = url.substring(PREFIX.length());
        int question = rest.indexOf('?');
        this.path = question < 0 ? rest : rest.substring(0, question);
        if (question >= 0) {
            takeQuery(rest.substring(question + 1));
        }
    }

    public static boolean accepts(String url) {
        return url.regionMatches(true, 0, PREFIX, 0, PREFIX.length());
    }

    /** @throws IllegalArgumentException naming what is wrong, and what would be right */
    public static DriverConfig parse(String url, Properties properties) {
        ConfigParser parser = new ConfigParser(url);
        for (String name : properties.stringPropertyNames()) {
            // Pools and frameworks always pass these two; SQLite has no users.
            if (!name.equals("user") && !name.equals("password")) {
                parser.take(name, properties.getProperty(name));
            }
        }
        return parser.config();
    }

    private void takeQuery(String query) {
        for (String part : query.split("&")) {
            int equals = part.indexOf('=');
            if (equals <= 0) {
                throw new IllegalArgumentException("a parameter reads name=value, got '" + part + "' in " + url);
            }
            take(decoded(part.substring(0, equals)), decoded(part.substring(equals + 1)));
        }
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private void take(String name, String value) {
        if (Setting.named(name).isPresent()) {
            settings.put(name, value);
        } else if (PassedPragmas.NAMES.contains(name)) {
            pragmas.put(name, value);
        } else if (!(name.equals("journal_mode") && value.equalsIgnoreCase("wal"))) {
            // A replicated database is in WAL mode, so that asking for it asks for nothing.
            throw new IllegalArgumentException("there is no setting '" + name + "'; there are: " + allNames());
        }
    }

    private static String allNames() {
        TreeSet<String> names = new TreeSet<>(PassedPragmas.NAMES);
        Arrays.stream(Setting.values()).map(Setting::key).forEach(names::add);
        return String.join(", ", names);
    }

    private DriverConfig config() {
        Path file = databaseFile();
        return new DriverConfig(
                reportedUrl(),
                file,
                nodeDirectory(file),
                databaseName(file),
                choice(Setting.CONSISTENCY, DriverConfig.Consistency.class),
                isDefault(Setting.FRESHNESS) ? null : duration(Setting.FRESHNESS),
                choice(Setting.ON_STALE, DriverConfig.OnStale.class),
                duration(Setting.READ_TIMEOUT),
                duration(Setting.WRITE_TIMEOUT),
                duration(Setting.CONNECT_TIMEOUT),
                tls(),
                Map.copyOf(pragmas),
                pragmas.entrySet().stream()
                        .filter(pragma -> PassedPragmas.MEANT_FOR_BOTH_SIDES.contains(pragma.getKey()))
                        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue)));
    }

    private Path databaseFile() {
        if (path.isEmpty() || path.startsWith("//") || path.startsWith(":") || path.startsWith("file:")) {
            throw new IllegalArgumentException(
                    "expected " + PREFIX + "/path/to/file.db, got " + url + ": a replicated database is a plain file");
        }
        return Path.of(path).toAbsolutePath().normalize();
    }

    private Path nodeDirectory(Path file) {
        String value = value(Setting.NODE_DIRECTORY);
        return value.isEmpty() ? file.resolveSibling(file.getFileName() + "-replsqlite") : Path.of(value);
    }

    private String databaseName(Path file) {
        String value = value(Setting.DATABASE);
        if (!value.isEmpty()) {
            return value;
        }
        String fileName = String.valueOf(file.getFileName());
        int dot = fileName.lastIndexOf('.');
        return dot <= 0 ? fileName : fileName.substring(0, dot);
    }

    private TlsFiles tls() {
        return TlsFiles.of(value(Setting.TLS_TRUST), value(Setting.TLS_CERTIFICATE), value(Setting.TLS_KEY));
    }

    private String reportedUrl() {
        return value(Setting.METADATA_URL, Setting.METADATA_URL.choices()).equals("sqlite")
                ? "jdbc:sqlite:" + path
                : PREFIX + path;
    }

    private String value(Setting setting) {
        return settings.getOrDefault(setting.key(), setting.defaultValue());
    }

    private boolean isDefault(Setting setting) {
        return value(setting).equals(setting.defaultValue());
    }

    private String value(Setting setting, Collection<String> choices) {
        String value = value(setting);
        if (!choices.contains(value)) {
            throw malformed(setting, value, "it takes one of " + String.join(", ", choices));
        }
        return value;
    }

    private <E extends Enum<E>> E choice(Setting setting, Class<E> type) {
        return Enum.valueOf(type, value(setting, setting.choices()).toUpperCase(Locale.ROOT));
    }

    private Duration duration(Setting setting) {
        try {
            return Durations.parse(value(setting));
        } catch (IllegalArgumentException e) {
            throw malformed(setting, value(setting), String.valueOf(e.getMessage()));
        }
    }

    private static IllegalArgumentException malformed(Setting setting, String value, String rule) {
        return new IllegalArgumentException("the setting '" + setting.key() + "' is '" + value + "', but " + rule);
    }
}
