/**
 * The lease SPI: who may try to write, in which epoch, until when; and the two providers that need no other service.
 *
 * <p>Imports {@code base}. The server's role machine calls it; providers live here ({@code static}, {@code file}) and in
 * the {@code lease-curator} module. A provider calls its listener from a thread of its own, one call at a time.
 */
@NullMarked
package io.replsqlite.lease;

import org.jspecify.annotations.NullMarked;
