package io.replsqlite.server.backup.restore;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.Txid;
import java.util.UUID;

/** What a database is to be restored to. */
public sealed interface RestorePoint {
    /** The newest state that is there. */
    record Latest() implements RestorePoint {}

    /** After this commit. */
    record AtTxid(Txid txid) implements RestorePoint {}

    /** What a session had seen, if that was not lost. */
    record AtToken(UUID databaseId, Epoch epoch, Txid txid) implements RestorePoint {}

    /** After the last commit that is not later, by the clock of the primary that made it. */
    record AtMoment(long millis) implements RestorePoint {}
}
