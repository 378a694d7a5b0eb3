/**
 * The node: identity, role machine, its databases, and the routes by which others reach them. Wires everything else.
 *
 * <p>Imports every other package of the server; only {@code cli} imports it. Role changes run on the thread {@code role};
 * the routes run on HTTP threads.
 */
@NullMarked
package io.replsqlite.server.node;

import org.jspecify.annotations.NullMarked;
