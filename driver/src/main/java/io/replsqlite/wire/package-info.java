/**
 * The messages between a driver and a node, and their encoding. No sockets, no SQL.
 *
 * <p>Imports {@code base} and Jackson's streaming API; driver and node both import it. Messages are immutable (by
 * convention also the byte arrays in them); a codec may be shared between threads.
 *
 * <p>{@code POST /v1/databases/{name}/execute} with {@code Authorization: Bearer TOKEN} carries an
 * {@link io.replsqlite.wire.ExecuteRequest} and answers 200 with an {@link io.replsqlite.wire.ExecuteResponse} or any
 * other status with an {@link io.replsqlite.wire.ErrorResponse}. Content types: {@code application/cbor} for programs,
 * {@code application/json} for people. Both carry the same maps with the same names; a name that is not known is
 * refused, a name that is absent has the default given below.
 *
 * <p>{@code POST .../executions} carries requests of several threads, {@code WRITE} or {@code BATCH}, one behind the other
 * and without anything between them (RFC 8742), at most {@link io.replsqlite.wire.JointAnswer#MAX_ENTRIES}. Each is
 * treated as if it had come alone, under its own id, epoch and limit of time. The status is 200 whatever became of them,
 * and the body has one {@link io.replsqlite.wire.JointAnswer} each, one behind the other in the order in which they are
 * known; any other status says that nothing was executed, except from 500 on.
 *
 * <p>{@code POST /v1/databases/{name}/transactions} carries a {@link io.replsqlite.wire.TransactionStep}, {@code .../cursors}
 * a {@link io.replsqlite.wire.CursorRequest}; both answer like {@code execute}. {@code POST .../alive?id=} shows that the
 * client of a transaction lives, {@code POST .../cancel?id=} interrupts the statement of a request or transaction, {@code POST .../abandon?id=} rolls a
 * transaction back without waiting for that; they have
 * no body, may come while a step runs, and answer 204, or 410 if no such transaction is open.
 * <p>{@code GET /v1/databases/{name}/head?epoch=N} answers 200 with a {@link io.replsqlite.wire.HeadResponse} from the
 * primary only, while its lease surely holds; N is the highest epoch the client knows. {@code GET
 * /v1/databases/{name}/epochs} answers, from any node, with the {@link io.replsqlite.base.EpochHistory} of its log.
 *
 * <pre>
 * request   id            32 hex digits: the same for every attempt of one write
 *           database      name
 *           kind          one of {@link io.replsqlite.wire.ExecuteRequest.Kind}
 *           statements    [{sql, parameters: [[value...]...]}...]; one list of values per batch entry
 *           maxRows       0: no limit but the node's own (default 0)
 *           generatedKeys whether a BATCH is to tell the key of each entry that inserts (default false)
 *           settings      {name: text} of the connection (default {})
 *           epoch         the highest epoch the client knows (default 0)
 *           attempt       1, 2, 3... (default 1)
 *           since         a txid committed before the first attempt (default 0)
 *           paged         true: a long result may come page by page (default false)
 *           timeoutMillis 0: no limit of time (default 0)
 *           counters      {lastRowid, changes, totalChanges} of the client's connection (default absent: no statement asks)
 * step      transaction   32 hex digits, chosen by the client
 *           sequence      1, 2, 3...; a repeated number gets the recorded answer again, a gap is refused
 *           database settings epoch as above
 *           action        EXECUTE with request; SAVEPOINT, RELEASE, ROLLBACK_TO with savepoint; FETCH, CLOSE with cursor;
 *                         COMMIT with id; ROLLBACK; UPGRADE, as first step only, with the next four
 *           snapshotEpoch snapshotTxid: what the snapshot shows at least, on which the transaction has begun
 *           reads         [{sql, parameters: [value...], rows, complete, checksum}...]: what it was shown there (default
 *                         []); rows: how many; complete: whether it saw their end; checksum: of those, 64 hex digits, see
 *                         {@link io.replsqlite.wire.RowChecksum}
 *           unrepeatable  why only an unchanged database will do (default absent)
 *           timeoutMillis as in a request
 *           request       a request as above, whose settings and epoch do not count
 *           savepoint     name
 *           cursor        number from an answer of this transaction
 *           id            32 hex digits: the commit's request id
 * cursor    id database   of the request that opened it
 *           cursor        number from its answer
 *           close         true: no more pages are wanted (default false)
 * response  id            of the request; of the transaction in answers to steps without a request
 *           epoch txid    of the commit; of what the answer may have seen, where nothing was committed
 *           counts        [update count per executed entry]
 *           totalChanges  rows changed, including those changed by triggers
 *           lastRowid     key of the row that the request inserted last; 0 where it inserted none
 *           insertedKeys  whether the last entry inserted a row, so that lastRowid is its key
 *           columns       [{name, type, table, precision, scale, nullable, autoIncrement}...], absent where no statement returns rows
 *           rows          [[value...]...]; of a BATCH that asks for them, the keys: one row for each entry that inserted
 *           cursor        what to ask for more rows, 0 if these are the last (default 0)
 *           failure       an error: the entries before it stay (default absent)
 * joint     entry         which request of the message, from 0
 *           response      a response as above, or
 *           error         an error as below
 * head      databaseId epoch txid: what the primary's log holds durably
 * epochs    epochs: [{epoch, first}...], oldest first; first: the first txid that can belong to the epoch
 * error     kind message resultCode vendorCode sqlState? mayHaveHappened id? primaryUrl?
 * question  id since, as in the request: POST /v1/databases/{name}/outcome
 * answer    state         one of {@link io.replsqlite.wire.OutcomeAnswer.State}
 *           epoch txid    of the commit, 0 where none is known
 * value     null, integer (64 bit), float, text, blob. In JSON, a blob is {"blob": base64} and a float without
 *           finite value {"float": "Infinity" or "-Infinity"}
 * </pre>
 */
@NullMarked
package io.replsqlite.wire;

import org.jspecify.annotations.NullMarked;
