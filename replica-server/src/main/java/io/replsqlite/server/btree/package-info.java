/**
 * SQLite's b-trees read from raw pages: where a table's rows are, and what is in them. For telling what a change of pages
 * means; whoever can ask SQLite asks SQLite.
 *
 * <p>Imports nothing of ours. {@code rescue} imports it. No thread, no descriptor: pages come through a
 * {@link io.replsqlite.server.btree.PageView}. Nothing that stands in a page is believed: a number that cannot be is an
 * {@link io.replsqlite.server.btree.UnreadablePageException}, never an endless walk or an array that does not fit.
 *
 * <h2>Page</h2> All numbers big-endian. The header of page 1 begins at 100, behind the file's.
 *
 * <pre>
 * offset  size  meaning
 * 0       1     type: 2 index interior, 5 table interior, 10 index leaf, 13 table leaf
 * 3       2     number of cells c
 * 8       4     interior: the rightmost child
 * 8 or 12 2*c   where each cell begins
 *
 * cell            4 left child (interior), varint payload length (not: table interior), varint rowid (table),
 *                 payload, 4 first overflow page (if the payload is longer than fits)
 * overflow page   4 next, the rest content
 * record          varint header length, varint serial type of each column, the columns
 * </pre>
 *
 * The tables without rowid are index b-trees: their rows stand in interior pages too.
 */
@NullMarked
package io.replsqlite.server.btree;

import org.jspecify.annotations.NullMarked;
