package io.replsqlite.server.backup.upload;

import io.replsqlite.base.Position;
import io.replsqlite.base.Txid;
import io.replsqlite.server.backup.layout.BackupKeys;

/** Where a backup goes on. */
sealed interface ChainEnd {
    long generation();

    BackupKeys keys();

    /** Behind this position, which the log knows. */
    record Known(long generation, BackupKeys keys, RoundReader reader, Position end) implements ChainEnd {}

    /** With a base, as the log does not have what follows; the first txid that is nobody's yet. */
    record Gap(long generation, BackupKeys keys, Txid firstFree, String why) implements ChainEnd {}
}
