/**
 * Lets Flyway take a URL of this driver; with a {@code DataSource} it needs nothing. Found by Flyway's plugin mechanism,
 * inert without Flyway. Imported by nobody; runs on Flyway's thread.
 */
@NullMarked
package io.replsqlite.flyway;

import org.jspecify.annotations.NullMarked;
