/**
 * Transactions whose statements come one by one over the wire. Each takes its turn in the writer's queue like any other
 * write; when it comes, the writer's thread serves its steps until it ends.
 *
 * <p>Ends by COMMIT, by ROLLBACK, or is rolled back: when its client does nothing for the idle limit, shows no life for the
 * silence limit, when the lease is lost or the tenure ends, or when SQLite itself rolls back.
 *
 * <p>Imports {@code commit}, {@code execute} and {@code outcome}; {@code database} imports it. Steps come on HTTP threads, which wait for
 * their answers; SQLite is driven by the writer's thread alone.
 */
@NullMarked
package io.replsqlite.server.transaction;

import org.jspecify.annotations.NullMarked;
