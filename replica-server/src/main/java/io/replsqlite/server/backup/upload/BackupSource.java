package io.replsqlite.server.backup.upload;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.PositionGate;
import io.replsqlite.server.log.ChangeLog;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/**
 * The database that a primary backs up, for one tenure.
 *
 * @param committed follows what may be uploaded: durable here, and where durability asks for it on the voters too. What a
 *     failover could still undo must not get into a backup
 * @param holdsLease whether no other node can be the primary now
 */
public record BackupSource(
        String database,
        UUID databaseId,
        String nodeName,
        Epoch epoch,
        ChangeLog log,
        PositionGate committed,
        BooleanSupplier holdsLease,
        BaseSource base) {}
