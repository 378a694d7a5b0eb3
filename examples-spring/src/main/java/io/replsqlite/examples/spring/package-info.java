/**
 * A record shop over the Chinook data, as a service that runs in several instances: each on a node of its own, with a pool
 * of its own. Browsing reads the file beside the instance, orders are transactions at the primary, and every answer says
 * where it came from.
 *
 * <p>Imports the driver's public API and Spring; the harness for its data, in {@code ShopLoader} only. Imported by nobody.
 * Runs on the threads of the web server.
 */
@NullMarked
package io.replsqlite.examples.spring;

import org.jspecify.annotations.NullMarked;
