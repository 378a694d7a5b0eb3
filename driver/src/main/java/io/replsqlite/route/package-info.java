/**
 * Where a statement runs. SQLite itself says whether a statement writes (its byte code); rules stand only where it cannot
 * be asked: PRAGMA, transaction control, ATTACH, VACUUM, EXPLAIN, several statements in one text.
 *
 * <p>Pure: no I/O, no org.sqlite; imports {@code base} and, for hints, {@code config}. The driver's session and the node's
 * executor import it. Scanners and classifiers belong to one thread at a time.
 */
@NullMarked
package io.replsqlite.route;

import org.jspecify.annotations.NullMarked;
