package io.replsqlite.server.database;

import io.replsqlite.base.Position;
import io.replsqlite.base.PositionGate;
import io.replsqlite.base.Txid;
import io.replsqlite.server.follow.FollowerListener;
import io.replsqlite.server.store.OpenDatabase;
import io.replsqlite.status.Health;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Takes down what a follower says: on the status page for readers, as a problem for people. On the follower's thread. */
final class FollowerBoard implements FollowerListener {
    private final StatusBoard board;
    private final Consumer<@Nullable OpenDatabase> files;

    /** Moved whenever the follower has news of its log, or of why it does not get on. */
    private final PositionGate news = new PositionGate(Txid.ZERO);

    private volatile @Nullable String problem;

    /** @param files hears which files are open; null when they are about to be closed */
    FollowerBoard(StatusBoard board, Consumer<@Nullable OpenDatabase> files) {
        this.board = board;
        this.files = files;
    }

    PositionGate news() {
        return news;
    }

    /** Why the follower does not get on; null if it does. Any thread. */
    @Nullable
    String problem() {
        return problem;
    }

    private void tell() {
        news.advance(news.currentValue() + 1);
    }

    @Override
    public void opened(OpenDatabase database) {
        files.accept(database);
        tell();
    }

    @Override
    public void closing() {
        files.accept(null);
    }

    @Override
    public void problem(String why) {
        problem = why;
        tell();
    }

    @Override
    public void streaming() {
        problem = null;
    }

    @Override
    public void mayShow(long txid) {
        board.mayShowUnconfirmed(new Txid(txid));
    }

    @Override
    public void applied(Position position) {
        board.applied(position);
        tell();
    }

    @Override
    public void committed(long txid) {
        board.committed(txid);
    }

    @Override
    public void replaced(Position position) {
        board.restarted(position, Health.OK);
        tell();
    }

    @Override
    public void health(Health health) {
        board.health(health);
    }

    @Override
    public void probeAnswered(long sentAtNanos, long headTxid, long committedTxid) {
        board.probeAnswered(sentAtNanos, headTxid, committedTxid);
    }
}
