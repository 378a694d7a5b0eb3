/**
 * SQLite for Spring Data JDBC, which has no dialect for it. Found by {@code spring.factories}, inert without Spring Data.
 *
 * <p>Imports the JDK and Spring only. Imported by nobody; stateless.
 */
@NullMarked
package io.replsqlite.spring.data;

import org.jspecify.annotations.NullMarked;
