package io.replsqlite.server.follow;

import io.replsqlite.base.Position;
import io.replsqlite.server.log.ChangeLog;
import io.replsqlite.server.log.CursorSearch;
import io.replsqlite.server.stream.CommonAnswer;
import io.replsqlite.server.stream.CommonAnswer.Reach;
import java.io.IOException;
import java.util.Optional;

/** The last position that this node and its primary both have. */
public final class CommonPlace {
    private CommonPlace() {}

    /** The primary's word is taken only as far as this log says the same. */
    public static Optional<Position> in(ChangeLog log, CommonAnswer answer) throws IOException {
        if (answer.reach() == Reach.UNKNOWN) {
            return Optional.empty();
        }
        Position claimed = answer.position();
        Optional<Position> own = log.positionAt(claimed.epoch(), claimed.txid());
        boolean contradicts = answer.reach() != Reach.HISTORY && !own.equals(Optional.of(claimed));
        if (own.isEmpty() || contradicts || !(log.after(own.get()) instanceof CursorSearch.Found found)) {
            return Optional.empty();
        }
        found.cursor().close();
        return own;
    }
}
