package io.replsqlite.server.backup.layout;

import io.replsqlite.base.Position;
import org.jspecify.annotations.Nullable;

/**
 * One commit of a round.
 *
 * @param ltx its own change set; null if the round has only this one, or is a base
 */
public record RoundCommit(Position position, long timestampMillis, byte @Nullable [] ltx) {
    public long txid() {
        return position.txid().value();
    }
}
