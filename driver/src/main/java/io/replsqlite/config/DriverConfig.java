package io.replsqlite.config;

import io.replsqlite.api.TransactionMode;
import io.replsqlite.base.Durability;
import io.replsqlite.tls.TlsFiles;
import java.time.Duration;
import java.util.Map;

/**
 * The settings of one connection.
 *
 * @param reportedUrl what DatabaseMetaData says
 * @param place where the database is found
 * @param databaseName the database's name at its nodes
 * @param read what a read must see unless connection or statement say otherwise
 * @param transactionMode where read-write transactions begin unless the connection says otherwise
 * @param durability what writes and COMMITs ask for unless connection or statement say otherwise
 * @param tls what the settings say; the rest is found beside a replica
 * @param pragmas handed to sqlite-jdbc
 * @param sessionSettings those of the pragmas that the primary must know
 */
public record DriverConfig(
        String reportedUrl,
        Place place,
        String databaseName,
        ReadRule read,
        TransactionMode transactionMode,
        Durability durability,
        Duration writeTimeout,
        Duration connectTimeout,
        TlsFiles tls,
        Map<String, String> pragmas,
        Map<String, String> sessionSettings) {}
