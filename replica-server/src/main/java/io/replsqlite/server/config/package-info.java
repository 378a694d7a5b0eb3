/**
 * The settings of a node: one table ({@link io.replsqlite.server.config.NodeSetting}), one immutable result.
 *
 * <p>Imports {@code base} and the driver's {@code tls}; anybody in the server may import it. Everything here is immutable.
 */
@NullMarked
package io.replsqlite.server.config;

import org.jspecify.annotations.NullMarked;
