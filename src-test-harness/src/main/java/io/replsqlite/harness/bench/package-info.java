/**
 * Measures; prints ratios against plain sqlite-jdbc (or {@code cp}) taken in the same run, because machines are shared
 * and noisy. Nothing here fails for being slow.
 *
 * <p>May import everything. Each scenario runs on the calling thread.
 */
@NullMarked
package io.replsqlite.harness.bench;

import org.jspecify.annotations.NullMarked;
