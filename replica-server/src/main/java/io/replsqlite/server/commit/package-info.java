/**
 * The primary's write path: one queue and one thread per database. Executes, commits, captures, makes durable, answers.
 *
 * <p>Imports {@code capture}, {@code checkpoint}, {@code log}. The writer thread is never interrupted: an interrupt in a
 * file operation would close the file under it.
 */
@NullMarked
package io.replsqlite.server.commit;

import org.jspecify.annotations.NullMarked;
