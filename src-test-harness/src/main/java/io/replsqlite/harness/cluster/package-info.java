/**
 * Clusters of real node processes on loopback, for the demo, for development and for system tests.
 *
 * <p>Imports {@code base}, {@code server.admin} to ask the nodes, the error reports of {@code server.cli}, and Jackson; starts the command line's {@code Main} in JVMs of its own. Each class says which thread
 * it belongs to.
 */
@NullMarked
package io.replsqlite.harness.cluster;

import org.jspecify.annotations.NullMarked;
