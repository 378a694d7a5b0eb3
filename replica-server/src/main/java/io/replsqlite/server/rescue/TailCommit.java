package io.replsqlite.server.rescue;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.Txid;
import io.replsqlite.wire.RequestId;
import java.util.List;

/**
 * One transaction of a tail.
 *
 * @param txid its number in the log; for one that never reached the log, the number it would have got
 * @param logged whether it stands in the log; else it was found in the WAL, and its time and requests are not known
 * @param timestampMillis since 1970; 0 if not known
 * @param databasePages the size of the database after it
 * @param requests whose writes are in it, as far as they gave an id
 */
public record TailCommit(
        Epoch epoch, Txid txid, boolean logged, long timestampMillis, int databasePages, List<RequestId> requests) {}
