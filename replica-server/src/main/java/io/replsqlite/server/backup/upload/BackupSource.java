package io.replsqlite.server.backup.upload;

import io.replsqlite.base.Epoch;
import io.replsqlite.server.log.ChangeLog;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/**
 * The database that a primary backs up, for one tenure.
 *
 * @param holdsLease whether no other node can be the primary now
 */
public record BackupSource(
        String database,
        UUID databaseId,
        String nodeName,
        Epoch epoch,
        ChangeLog log,
        BooleanSupplier holdsLease,
        BaseSource base) {}
