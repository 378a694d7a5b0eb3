package io.replsqlite.config;

import io.replsqlite.api.Consistency;
import io.replsqlite.api.OnStale;
import io.replsqlite.api.TransactionMode;
import io.replsqlite.base.Durability;
import io.replsqlite.tls.TlsFiles;
import java.io.IOException;
import java.io.Reader;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * {@code jdbc:replsqlite:/path/app.db?name=value&...} or {@code jdbc:replsqlite://host:port,host:port/name?...}, and
 * Properties, to a {@link DriverConfig}; Properties win. No message repeats a value that may be a credential.
 */
public final class ConfigParser {
    public static final String PREFIX = "jdbc:replsqlite:";
    static final String FORMS = PREFIX + "/path/to/file.db or " + PREFIX + "//host:port,host:port/name";
    /** Before the names of an embedded node's settings. */
    static final String NODE_PREFIX = "node.";

    private final String path;
    private final Map<String, String> settings = new HashMap<>();
    private final Map<String, String> nodeSettings = new HashMap<>();
    private final Map<String, String> pragmas = new HashMap<>();

    private ConfigParser(String url) {
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
        if (!accepts(url)) {
            throw new IllegalArgumentException(
                    "expected " + FORMS + ", got " + (url.isEmpty() ? "no URL" : withoutQuery(url)));
        }
        return parser(url, properties).config();
    }

    /**
     * What URL and properties say, by name; a URL of another driver says nothing.
     *
     * @throws IllegalArgumentException if a name is not known
     */
    public static Map<String, String> given(String url, Properties properties) {
        ConfigParser parser = parser(accepts(url) ? url : PREFIX, properties);
        Map<String, String> given = new HashMap<>(parser.pragmas);
        given.putAll(parser.settings);
        return given;
    }

    private static String withoutQuery(String url) {
        int question = url.indexOf('?');
        return question < 0 ? url : url.substring(0, question);
    }

    /** The names that are handed to sqlite-jdbc, in order. */
    public static Collection<String> passedOn() {
        return new TreeSet<>(PassedPragmas.NAMES);
    }

    private static ConfigParser parser(String url, Properties properties) {
        ConfigParser parser = new ConfigParser(url);
        for (String name : properties.stringPropertyNames()) {
            // Pools and frameworks always pass these two; SQLite has no users.
            if (!name.equals("user") && !name.equals("password")) {
                parser.take(name, properties.getProperty(name));
            }
        }
        return parser;
    }

    private void takeQuery(String query) {
        for (String part : query.split("&")) {
            int equals = part.indexOf('=');
            if (equals <= 0) {
                throw new IllegalArgumentException(
                        "a parameter reads name=value, got '" + part + "' in " + PREFIX + path);
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
        } else if (name.startsWith(NODE_PREFIX) && name.length() > NODE_PREFIX.length()) {
            nodeSettings.put(name.substring(NODE_PREFIX.length()), value);
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
        PlaceParser place = new PlaceParser(path, settings, nodeSettings());
        return new DriverConfig(
                reportedUrl(),
                place.place(),
                place.databaseName(),
                new ReadRule(
                        Setting.CONSISTENCY.choice(value(Setting.CONSISTENCY), Consistency.class),
                        ReadRule.freshness(value(Setting.FRESHNESS)),
                        Setting.ON_STALE.choice(value(Setting.ON_STALE), OnStale.class),
                        duration(Setting.READ_TIMEOUT)),
                transactionMode(value(Setting.TRANSACTIONS)),
                durability(value(Setting.DURABILITY)),
                duration(Setting.WRITE_TIMEOUT),
                duration(Setting.CONNECT_TIMEOUT),
                tls(),
                Map.copyOf(pragmas),
                pragmas.entrySet().stream()
                        .filter(pragma -> PassedPragmas.MEANT_FOR_BOTH_SIDES.contains(pragma.getKey()))
                        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue)));
    }

    /** @throws IllegalArgumentException naming the choices */
    public static TransactionMode transactionMode(String value) {
        return Setting.TRANSACTIONS.choice(value, TransactionMode.class);
    }

    /** @throws IllegalArgumentException naming the choices */
    public static Durability durability(String value) {
        return Setting.DURABILITY.choice(value, Durability.class);
    }

    /** Those in the file, and over them those in URL and Properties. */
    private Map<String, String> nodeSettings() {
        String file = value(Setting.NODE_CONFIG);
        if (file.isEmpty()) {
            return nodeSettings;
        }
        Properties fromFile = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of(file))) {
            fromFile.load(reader);
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(
                    "the file of the setting 'nodeConfig' cannot be read: " + unreadable, unreadable);
        }
        Map<String, String> merged = new HashMap<>();
        fromFile.stringPropertyNames().forEach(name -> merged.put(name, fromFile.getProperty(name)));
        merged.putAll(nodeSettings);
        return merged;
    }

    private TlsFiles tls() {
        return TlsFiles.of(value(Setting.TLS_TRUST), value(Setting.TLS_CERTIFICATE), value(Setting.TLS_KEY));
    }

    private String reportedUrl() {
        return Setting.METADATA_URL.choice(value(Setting.METADATA_URL)).equals("sqlite")
                ? "jdbc:sqlite:" + path
                : PREFIX + path;
    }

    private String value(Setting setting) {
        return settings.getOrDefault(setting.key(), setting.defaultValue());
    }

    private Duration duration(Setting setting) {
        return setting.duration(value(setting));
    }
}
