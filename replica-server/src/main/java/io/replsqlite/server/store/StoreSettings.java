package io.replsqlite.server.store;

import io.replsqlite.server.log.LogSettings;

/**
 * What the files of a database need to know of the node's settings.
 *
 * @param applyMemoryBytes pages of one commit held in memory
 * @param applyBatch change sets applied as one commit, at most
 */
public record StoreSettings(LogSettings log, int applyMemoryBytes, int applyBatch) {}
