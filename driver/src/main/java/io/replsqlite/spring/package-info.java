/**
 * What Spring Boot 3 and 4 need to take {@code spring.datasource.url=jdbc:replsqlite:...} as it is; what monitoring sees of
 * it; and what carries a session from one service to the next: the token of a request, read and written by a filter,
 * handed to every connection that the request uses, and sent along with its outgoing calls.
 *
 * <p>Inert without Spring: nothing of the driver imports this package. Imports {@code api}, {@code observe} and the driver's
 * entry point.
 * A {@link io.replsqlite.spring.RequestSession} belongs to one thread; the rest is stateless.
 */
@NullMarked
package io.replsqlite.spring;

import org.jspecify.annotations.NullMarked;
