/**
 * Lets Liquibase find the driver of a URL of this driver; with a {@code DataSource} it needs nothing. Found by
 * {@code META-INF/services}, inert without Liquibase. Imported by nobody; runs on Liquibase's thread.
 */
@NullMarked
package io.replsqlite.liquibase;

import org.jspecify.annotations.NullMarked;
