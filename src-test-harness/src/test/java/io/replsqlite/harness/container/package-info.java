/** Runs where there is a Docker engine. */
@NullMarked
package io.replsqlite.harness.container;

import org.jspecify.annotations.NullMarked;
