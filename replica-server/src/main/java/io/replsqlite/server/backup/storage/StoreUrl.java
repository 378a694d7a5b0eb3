package io.replsqlite.server.backup.storage;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A parsed destination, such as {@code s3://bucket/path?endpoint=URL&region=NAME} or {@code file:///directory}. Never
 * holds a secret: those come from a credentials file or the store's own environment.
 *
 * @param path below the bucket, without slashes at its ends
 * @param options of the store, by OpenDAL's names
 */
public record StoreUrl(Service service, String place, String path, Map<String, String> options) {
    /** The stores that a URL can name. */
    public enum Service {
        FILE("file", "fs", "", ""),
        S3("s3", "s3", "bucket", "endpoint region enable_virtual_host_style role_arn"),
        GCS("gcs", "gcs", "bucket", "endpoint"),
        AZBLOB("azblob", "azblob", "container", "endpoint account_name"),
        SFTP("sftp", "sftp", "endpoint", "user key known_hosts_strategy"),
        WEBDAV("webdav", "webdav", "endpoint", ""),
        OSS("oss", "oss", "bucket", "endpoint"),
        B2("b2", "b2", "bucket", "bucket_id");

        private final String scheme;
        private final String openDalScheme;
        private final String placeOption;
        /** Separated by spaces. */
        private final String options;

        Service(String scheme, String openDalScheme, String placeOption, String options) {
            this.scheme = scheme;
            this.openDalScheme = openDalScheme;
            this.placeOption = placeOption;
            this.options = options;
        }

        String openDalScheme() {
            return openDalScheme;
        }

        String placeOption() {
            return placeOption;
        }

        static Service ofScheme(String scheme) {
            for (Service service : values()) {
                if (service.scheme.equals(scheme)) {
                    return service;
                }
            }
            throw new IllegalArgumentException(
                    "'" + scheme + "' is no store; known are file, s3, gcs, azblob, sftp, webdav, oss, b2");
        }
    }

    public StoreUrl {
        options = Map.copyOf(options);
    }

    /** @throws IllegalArgumentException if the text names no store; the message says why, without the query */
    public static StoreUrl parse(String text) {
        URI uri = uri(text);
        if (uri.getScheme() == null) {
            throw new IllegalArgumentException("it does not begin with a store, such as s3:// or file:///");
        }
        Service service = Service.ofScheme(uri.getScheme());
        if (uri.getUserInfo() != null) {
            throw new IllegalArgumentException(
                    "it names a user; credentials go into the credentials file, never into a URL");
        }
        Map<String, String> options = options(service, uri.getRawQuery());
        String path = uri.getPath() == null ? "" : uri.getPath().replaceAll("/+", "/");
        if (service == Service.FILE) {
            return ofDirectory(path, uri, options);
        }
        if (uri.getAuthority() == null) {
            throw new IllegalArgumentException("it names no " + service.placeOption());
        }
        return new StoreUrl(service, uri.getAuthority(), path.replaceAll("^/|/$", ""), options);
    }

    private static URI uri(String text) {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException malformed) {
            throw new IllegalArgumentException("it is not a URL", malformed);
        }
    }

    private static StoreUrl ofDirectory(String path, URI uri, Map<String, String> options) {
        if (uri.getAuthority() != null || !path.startsWith("/") || path.length() < 2) {
            throw new IllegalArgumentException("a directory is written file:///absolute/path");
        }
        return new StoreUrl(Service.FILE, "", path.replaceAll("/$", ""), options);
    }

    private static Map<String, String> options(Service service, String query) {
        Map<String, String> options = new LinkedHashMap<>();
        if (query == null || query.isEmpty()) {
            return options;
        }
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            String key = equals < 0 ? pair : pair.substring(0, equals);
            Set<String> known = Set.of(service.options.split(" "));
            if (!known.contains(key)) {
                throw new IllegalArgumentException("'" + key + "' is no option of " + service.scheme
                        + " in a URL; possible are " + known + ", and secrets belong into the credentials"
                        + " file");
            }
            options.put(key, URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
        }
        return options;
    }

    /** The same store one level down. */
    public StoreUrl child(String name) {
        return new StoreUrl(service, place, path.isEmpty() ? name : path + "/" + name, options);
    }

    /** Where {@code file:} URLs point to. */
    Path directory() {
        return Path.of(path);
    }

    /** Whether Litestream keeps the levels of this store as {@code 0000/} and not as {@code ltx/0/}. */
    public boolean hasHexLevels() {
        return service == Service.S3 || service == Service.OSS;
    }

    /** Without options; nothing in it is secret. */
    @Override
    public String toString() {
        return service == Service.FILE ? "file://" + path : service.scheme + "://" + place + "/" + path;
    }
}
