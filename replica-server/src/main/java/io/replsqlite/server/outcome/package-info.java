/**
 * What became of requests: written down with each commit, found again when a request is repeated.
 *
 * <p>Imports {@code base}, {@code log} and the driver's {@code wire}; {@code database} and {@code node} import it. For any
 * thread.
 *
 * <p>A commit's record carries, in its attachment, one entry for each request in it, in order of execution. The numbers
 * are big-endian. Entries fill the attachment exactly.
 *
 * <pre>
 * offset  size  meaning                                                       valid when
 * 0       16    request id; 0 if a dead process left the commit without it
 * 16      4     length n of the answer                                        1..12 MiB; id 0: 0
 * 20      n     the answer as CBOR ({@link io.replsqlite.wire.ExecuteResponse}), without rows above 64 KiB; its
 *               epoch and txid are 0: those of the record hold
 * </pre>
 */
@NullMarked
package io.replsqlite.server.outcome;

import org.jspecify.annotations.NullMarked;
