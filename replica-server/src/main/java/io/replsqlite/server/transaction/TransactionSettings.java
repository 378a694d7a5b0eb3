package io.replsqlite.server.transaction;

import java.time.Duration;

/**
 * When the node ends what its clients leave open.
 *
 * @param idleLimit how long a client may do nothing with an open transaction or result
 * @param silenceLimit how long the client of a transaction may show no life
 * @param maxTransactions open and waiting ones together
 */
public record TransactionSettings(Duration idleLimit, Duration silenceLimit, int maxTransactions) {}
