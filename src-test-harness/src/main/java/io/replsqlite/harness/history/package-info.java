/**
 * What clients asked of a cluster and were told: the material of every check.
 *
 * <p>A history is a file of JSON lines, one for each operation, in the order in which they ended:
 *
 * <table>
 * <caption>fields of a line</caption>
 * <tr><td>{@code number}</td><td>counts up from 1 within the history</td></tr>
 * <tr><td>{@code client}</td><td>one thread; it does one operation after the other</td></tr>
 * <tr><td>{@code session}</td><td>what the client carries its token through; another number after a loss it was told of</td></tr>
 * <tr><td>{@code node}</td><td>number of the node beside which the client was then</td></tr>
 * <tr><td>{@code level}</td><td>{@code write}, {@code session}, {@code bounded} or {@code linearizable}</td></tr>
 * <tr><td>{@code outcome}</td><td>{@code ok}; {@code fail}: it did not happen; {@code unknown}: it may have</td></tr>
 * <tr><td>{@code invoked}, {@code completed}</td><td>nanoseconds since the history began, by one monotonic clock</td></tr>
 * <tr><td>{@code epoch}, {@code txid}</td><td>of the client's token afterwards; 0 if it has none</td></tr>
 * <tr><td>{@code steps}</td><td>list of {@code [kind, key, value, value...]}: all of one transaction</td></tr>
 * <tr><td>{@code note}</td><td>what the client was told; left out if that was nothing</td></tr>
 * </table>
 *
 * <table>
 * <caption>kinds of steps</caption>
 * <tr><td>{@code insert}</td><td>key: the client's name; value: an id that nobody else inserts</td></tr>
 * <tr><td>{@code read}</td><td>values: what was found, for a list all of it, for a register its value</td></tr>
 * <tr><td>{@code write}</td><td>value: the register's new value</td></tr>
 * <tr><td>{@code compare-and-set}</td><td>values: expected, new, and 1 if it was set or 0</td></tr>
 * <tr><td>{@code append}</td><td>value: what was put at the end of the list; nobody else appends it</td></tr>
 * <tr><td>{@code transfer}</td><td>values: from, to, amount</td></tr>
 * </table>
 *
 * <p>Imports {@code base} and Jackson; whoever runs clients or checks histories imports it. The recorder may be used by
 * any thread; everything else is a record.
 */
@NullMarked
package io.replsqlite.harness.history;

import org.jspecify.annotations.NullMarked;
