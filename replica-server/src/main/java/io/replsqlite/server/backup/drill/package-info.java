/**
 * Proves that a backup restores, and keeps the evidence: beside the backup and on this host.
 *
 * <p>Imports {@code backup.layout}, {@code backup.restore} and {@code backup.storage}; the command line imports it. A drill
 * belongs to one thread.
 */
@NullMarked
package io.replsqlite.server.backup.drill;

import org.jspecify.annotations.NullMarked;
