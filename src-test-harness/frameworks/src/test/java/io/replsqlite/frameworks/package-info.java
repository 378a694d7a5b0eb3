/**
 * Each tool started as its own documentation says, against a follower of two real nodes: it reads there and writes
 * through. What a test asserts besides the tool's own success is in {@link io.replsqlite.frameworks.Applied}.
 */
@NullMarked
package io.replsqlite.frameworks;

import org.jspecify.annotations.NullMarked;
