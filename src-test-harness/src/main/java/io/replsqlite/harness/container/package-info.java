/**
 * A cluster in a container for the tests of applications, by Testcontainers, which is not pulled in: whoever uses this has
 * it. Imports {@code cluster}'s search for ports. Imported by nobody here; a container belongs to one thread.
 */
@NullMarked
package io.replsqlite.harness.container;

import org.jspecify.annotations.NullMarked;
