/**
 * TLS from PEM files, for clients and servers alike: what trusts whom, read from files and read again when they change.
 * Every handshake uses the files as they are then; connections that stand go on under what they were made with.
 *
 * <p>Imports the JDK and OkHttp's builder; {@code config}, {@code forward}, {@code session} and the server import it.
 * Everything may be used by any thread.
 */
@NullMarked
package io.replsqlite.tls;

import org.jspecify.annotations.NullMarked;
