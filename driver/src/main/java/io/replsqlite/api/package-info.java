/**
 * What applications may ask of a replicated connection beyond java.sql: its token, where a statement ran, and the
 * exceptions that say what became of a write. Reached by {@code unwrap(ReplicaConnection.class)}.
 *
 * <p>Imports {@code base}; anybody may import it. Values are immutable.
 */
@NullMarked
package io.replsqlite.api;

import org.jspecify.annotations.NullMarked;
