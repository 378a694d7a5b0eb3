package io.replsqlite.server.ltx;

/**
 * The last 16 bytes of a file.
 *
 * @param postApplyChecksum of the database afterwards, 0 if the file carries no database checksums
 * @param fileChecksum of the file itself
 */
public record LtxTrailer(long postApplyChecksum, long fileChecksum) {}
