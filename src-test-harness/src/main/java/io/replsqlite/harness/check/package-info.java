/**
 * Judges histories: did the cluster keep what it promises? Pure functions of what clients were told and of what the
 * replicas hold in the end; they know no cluster, no socket and no SQLite.
 *
 * <p>A check that had nothing to look at fails, and one that cannot finish says so and fails.
 *
 * <p>Imports {@code history}; the rig's runs import it. No threads: everything here is called by one and keeps nothing.
 */
@NullMarked
package io.replsqlite.harness.check;

import org.jspecify.annotations.NullMarked;
