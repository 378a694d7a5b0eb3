/**
 * SQLite in this process: the read-only connections to the replica file, the bound parameters, the shape of SQLite's
 * errors. The only package of the driver that imports {@code org.sqlite}.
 *
 * <p>Imports {@code base}, {@code wire} and {@code route}; {@code session} and {@code jdbc} import it. What belongs to a
 * connection is used by one thread at a time, as with sqlite-jdbc itself.
 */
@NullMarked
package io.replsqlite.local;

import org.jspecify.annotations.NullMarked;
