/**
 * The vocabulary that every module shares: txid, epoch, position, checksum, deadline, clock.
 *
 * <p>Imports the JDK only; anybody may import it. Every type is immutable or says how it is shared between threads.
 */
@NullMarked
package io.replsqlite.base;

import org.jspecify.annotations.NullMarked;
