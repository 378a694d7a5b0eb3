/**
 * What a node had committed and the cluster did not: kept, and told row by row, before the cluster's state is laid over it.
 *
 * <p>Imports formats, files, {@code log}, {@code pages}, {@code scan}, {@code sqlite} and {@code outcome}; {@code follow}
 * writes tails, {@code node} counts them, {@code cli} shows them. For one thread at a time; nothing here blocks but the
 * disk.
 *
 * <h2>Directory</h2>
 *
 * A tail is a directory under {@code rescued/} that never changes once it has its name, and that nothing here deletes:
 *
 * <pre>
 * EPOCH-MINTXID-MAXTXID-CHECKSUM/    16 hex digits each; the checksum is that of the last state in the log
 *   manifest.json                    what, where, when, lost to whom
 *   MIN-MAX.ltx                      one change set per transaction
 *   transactions.jsonl               one line per transaction: txid, epoch, time, file, request ids
 *   rows.jsonl                       one line per row that a transaction changed, and per page that could not be told
 * </pre>
 *
 * It is filled under a temporary name, synced, and renamed; only then may a page of the database be overwritten. Other
 * directories in {@code rescued/} are whole logs that were set aside because nobody could say where they left the
 * cluster's history; see the package {@code log}.
 */
@NullMarked
package io.replsqlite.server.rescue;

import org.jspecify.annotations.NullMarked;
