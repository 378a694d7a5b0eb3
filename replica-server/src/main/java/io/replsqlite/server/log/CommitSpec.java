package io.replsqlite.server.log;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.StateChecksum;
import io.replsqlite.base.Txid;
import io.replsqlite.server.wal.WalMark;
import java.nio.ByteBuffer;

/**
 * A commit to append, all but its LTX section.
 *
 * @param outcomes the outcomes of the requests in this commit, opaque here: the remaining bytes, which stay unread
 * @param walMark the primary's WAL position after the commit, or {@link WalMark#NONE}
 */
public record CommitSpec(
        Epoch epoch,
        Txid txid,
        StateChecksum previousChecksum,
        StateChecksum checksum,
        long timestampMillis,
        int pageSize,
        int databasePages,
        ByteBuffer outcomes,
        WalMark walMark) {}
