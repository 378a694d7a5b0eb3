package io.replsqlite.wire;

import io.replsqlite.base.Txid;

/**
 * What became of a request whose answer was lost.
 *
 * @param since a txid that was committed before the request was sent, 0 if none is known
 */
public record OutcomeQuestion(RequestId id, Txid since) {}
