/**
 * Statements to the primary over HTTP: finding it, following it, and knowing after every failure whether a write can
 * have happened.
 *
 * <p>Imports {@code base}, {@code wire}, {@code tls}, {@code api} and OkHttp; {@code session} imports it. A client may be shared
 * between threads; its calls run on the caller's thread.
 */
@NullMarked
package io.replsqlite.forward;

import org.jspecify.annotations.NullMarked;
