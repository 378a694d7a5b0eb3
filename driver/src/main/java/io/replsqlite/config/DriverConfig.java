package io.replsqlite.config;

import io.replsqlite.tls.TlsFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * The settings of one connection.
 *
 * @param reportedUrl what DatabaseMetaData says
 * @param read what a read must see unless connection or statement say otherwise
 * @param tls what the settings say; the rest is found in {@link #tlsFile}
 * @param pragmas handed to sqlite-jdbc
 * @param sessionSettings those of the pragmas that the primary must know
 */
public record DriverConfig(
        String reportedUrl,
        Path databaseFile,
        Path nodeDirectory,
        String databaseName,
        ReadRule read,
        Duration writeTimeout,
        Duration connectTimeout,
        TlsFiles tls,
        Map<String, String> pragmas,
        Map<String, String> sessionSettings) {

    public Path statusFile() {
        return nodeDirectory.resolve("status");
    }

    public Path tokenFile() {
        return nodeDirectory.resolve("token");
    }

    /** Which files the node itself uses for TLS; absent if it uses none. */
    public Path tlsFile() {
        return nodeDirectory.resolve("tls");
    }
}
