package io.replsqlite.config;

import io.replsqlite.config.Place.Credential;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The part of a URL between prefix and parameters, and the settings that say more about where the database is. */
final class PlaceParser {
    private static final int DEFAULT_PORT = 7331;
    private static final String REMOTE = "//";
    private static final List<Setting> FOR_FILES = List.of(Setting.NODE, Setting.NODE_CONFIG, Setting.NODE_DIRECTORY);
    private static final List<Setting> FOR_HOSTS = List.of(Setting.TOKEN, Setting.TOKEN_FILE);

    private final String path;
    private final Map<String, String> settings;
    private final Map<String, String> nodeSettings;

    /**
     * @param path what stands between prefix and parameters
     * @param settings the driver's own, by name
     * @param nodeSettings those of an embedded node
     */
    PlaceParser(String path, Map<String, String> settings, Map<String, String> nodeSettings) {
        this.path = path;
        this.settings = settings;
        this.nodeSettings = nodeSettings;
    }

    /** @throws IllegalArgumentException naming what is wrong, and what would be right */
    Place place() {
        return path.startsWith(REMOTE) ? remote() : onReplica();
    }

    private Place onReplica() {
        refuse(FOR_HOSTS, "it goes with host names in the URL; beside a database file the credential is found");
        Path file = databaseFile();
        Path nodeDirectory = nodeDirectory(file);
        String node = Setting.NODE.choice(value(Setting.NODE));
        if (node.equals("embedded")) {
            return new Place.Embedded(file, nodeDirectory, Map.copyOf(nodeSettings));
        }
        if (!nodeSettings.isEmpty() || settings.containsKey(Setting.NODE_CONFIG.key())) {
            throw new IllegalArgumentException(
                    "settings of a node are given, but the node is a process of its own: add node=embedded");
        }
        return new Place.BesideNode(file, nodeDirectory);
    }

    private Path databaseFile() {
        if (path.isEmpty() || path.startsWith(":") || path.startsWith("file:")) {
            throw new IllegalArgumentException("expected " + ConfigParser.FORMS + ", got " + ConfigParser.PREFIX + path
                    + ": a replicated database is a plain file");
        }
        return Path.of(path).toAbsolutePath().normalize();
    }

    private Path nodeDirectory(Path file) {
        String value = value(Setting.NODE_DIRECTORY);
        return value.isEmpty() ? file.resolveSibling(file.getFileName() + "-replsqlite") : Path.of(value);
    }

    private Place remote() {
        refuse(FOR_FILES, "it goes with a database file in the URL, not with host names");
        if (!nodeSettings.isEmpty()) {
            throw new IllegalArgumentException("settings of an embedded node are given, but the URL names hosts");
        }
        int slash = path.indexOf('/', REMOTE.length());
        String hosts = slash < 0 ? path.substring(REMOTE.length()) : path.substring(REMOTE.length(), slash);
        List<String> urls = new ArrayList<>();
        for (String host : hosts.split(",", -1)) {
            urls.add(nodeUrl(host));
        }
        return new Place.Remote(List.copyOf(urls), credential());
    }

    private String nodeUrl(String host) {
        try {
            URI uri = new URI((value(Setting.TLS_TRUST).isEmpty() ? "http://" : "https://") + host)
                    .parseServerAuthority();
            boolean complete = uri.getHost() != null && uri.getUserInfo() == null;
            if (complete && uri.getRawAuthority().equals(host) && uri.getPort() != 0) {
                return uri.getPort() < 0 ? uri + ":" + DEFAULT_PORT : uri.toString();
            }
        } catch (URISyntaxException malformed) {
            throw noHost(host, malformed);
        }
        throw noHost(host, null);
    }

    private static IllegalArgumentException noHost(String host, @Nullable Exception cause) {
        return new IllegalArgumentException("'" + host + "' is no host: expected " + ConfigParser.FORMS, cause);
    }

    private Credential credential() {
        String token = value(Setting.TOKEN);
        String file = value(Setting.TOKEN_FILE);
        if (token.isEmpty() == file.isEmpty()) {
            throw new IllegalArgumentException((token.isEmpty() ? "neither" : "both")
                    + " of token and tokenFile are given: one of them holds the credential that the nodes ask for");
        }
        return token.isEmpty() ? new Credential.TokenFile(Path.of(file)) : new Credential.Token(token);
    }

    /** The database's name at its nodes. */
    String databaseName() {
        String value = value(Setting.DATABASE);
        String name = value.isEmpty() ? nameInPath() : value;
        if (name.isEmpty() || name.contains("/")) {
            throw new IllegalArgumentException("the URL names no database of the nodes: expected " + ConfigParser.FORMS
                    + ", got " + ConfigParser.PREFIX + path);
        }
        return name;
    }

    private String nameInPath() {
        if (path.startsWith(REMOTE)) {
            int slash = path.indexOf('/', REMOTE.length());
            return slash < 0 ? "" : path.substring(slash + 1);
        }
        String fileName = String.valueOf(databaseFile().getFileName());
        int dot = fileName.lastIndexOf('.');
        return dot <= 0 ? fileName : fileName.substring(0, dot);
    }

    private void refuse(List<Setting> misplaced, String why) {
        for (Setting setting : misplaced) {
            if (settings.containsKey(setting.key())) {
                throw new IllegalArgumentException("the setting '" + setting.key() + "' is out of place: " + why);
            }
        }
    }

    private String value(Setting setting) {
        return settings.getOrDefault(setting.key(), setting.defaultValue());
    }
}
