/**
 * Asking running nodes from outside: the operators' routes as Java calls, and the comparison of replicas.
 *
 * <p>Imports {@code base}, Jackson and OkHttp; the command line and the test harness import it, a node never does. A
 * client may be used by any thread; everything else is a record.
 */
@NullMarked
package io.replsqlite.server.admin;

import org.jspecify.annotations.NullMarked;
