package io.replsqlite.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the PEM files are. As text, one {@code name=path} a line: a node leaves that beside each database, so that drivers
 * on its host trust what it trusts without holding a copy of a key.
 *
 * @param trust certificates of the authorities that others' certificates must come from; null: those of the JDK
 * @param certificate the own certificate and the intermediate ones behind it; null: none is shown
 * @param key the private key of the own certificate, PKCS #8 without a password
 */
public record TlsFiles(
        @Nullable Path trust,
        @Nullable Path certificate,
        @Nullable Path key) {
    /** Trusts what the JDK trusts, shows no certificate. */
    public static final TlsFiles NONE = new TlsFiles(null, null, null);

    private static final String TRUST = "trust";
    private static final String CERTIFICATE = "certificate";
    private static final String KEY = "key";

    public TlsFiles {
        if ((certificate == null) != (key == null)) {
            throw new IllegalArgumentException(
                    "a TLS certificate needs its private key, and a key its certificate: give both or none");
        }
    }

    /** From settings, where an empty text means none. */
    public static TlsFiles of(String trust, String certificate, String key) {
        return new TlsFiles(path(trust), path(certificate), path(key));
    }

    private static @Nullable Path path(@Nullable String text) {
        return text == null || text.isEmpty() ? null : Path.of(text).toAbsolutePath();
    }

    /** What a node has left there; {@link #NONE} if it has left nothing. */
    public static TlsFiles read(Path file) throws IOException {
        try {
            return parse(Files.readString(file));
        } catch (NoSuchFileException absent) {
            return NONE;
        } catch (IllegalArgumentException malformed) {
            throw new IOException(file + " cannot be used: " + malformed.getMessage(), malformed);
        }
    }

    private static TlsFiles parse(String text) {
        Map<String, String> paths = new LinkedHashMap<>();
        for (String line : text.lines().toList()) {
            int equals = line.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("a line reads name=path, got '" + line + "'");
            }
            paths.put(line.substring(0, equals), line.substring(equals + 1));
        }
        return new TlsFiles(path(paths.get(TRUST)), path(paths.get(CERTIFICATE)), path(paths.get(KEY)));
    }

    /** The text that {@link #read} understands. */
    public String text() {
        return line(TRUST, trust) + line(CERTIFICATE, certificate) + line(KEY, key);
    }

    private static String line(String name, @Nullable Path path) {
        return path == null ? "" : name + "=" + path.toAbsolutePath() + "\n";
    }

    /** These files, and the others where these name none; certificate and key come from one of the two. */
    public TlsFiles orElse(TlsFiles others) {
        TlsFiles own = certificate == null ? others : this;
        return new TlsFiles(trust == null ? others.trust : trust, own.certificate, own.key);
    }
}
