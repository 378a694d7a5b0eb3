/**
 * One replicated database of this node, in whatever role: starts and ends its pipelines, answers for its state.
 *
 * <p>Imports {@code commit}, {@code follow}, {@code ship}, {@code store}; {@code node} imports it. Role changes come on
 * one thread; everything else may be called by any.
 */
@NullMarked
package io.replsqlite.server.database;

import org.jspecify.annotations.NullMarked;
