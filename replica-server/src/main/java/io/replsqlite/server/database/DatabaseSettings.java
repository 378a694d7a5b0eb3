package io.replsqlite.server.database;

import io.replsqlite.server.backup.upload.BackupSettings;
import io.replsqlite.server.config.DurabilitySettings;
import io.replsqlite.server.follow.FollowerSettings;
import java.time.Duration;

/** What one database needs to know of the node's settings. */
public record DatabaseSettings(
        String nodeName,
        String nodeUrl,
        FollowerSettings follower,
        Duration foreignPollInterval,
        Duration heartbeatInterval,
        long logRetentionBytes,
        Duration logRetentionAge,
        ClientLimits clients,
        BackupSettings backup,
        DurabilitySettings durability) {}
