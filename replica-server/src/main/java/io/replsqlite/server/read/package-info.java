/**
 * Reads that must see the primary's state, outside transactions: on connections of their own, past the writer, page by page.
 * What they answer is durable in the log.
 *
 * <p>Imports {@code capture}, {@code commit}, {@code execute}, {@code log}; {@code database} imports it. Reads run on the HTTP
 * threads that bring them; one thread per database interrupts those whose time is over and closes what is left unfinished.
 */
@NullMarked
package io.replsqlite.server.read;

import org.jspecify.annotations.NullMarked;
