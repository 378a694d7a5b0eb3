package io.replsqlite.server.database;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.base.PositionGate;
import io.replsqlite.server.follow.PrimaryClient;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Brings a database level with another node before this one leads. On the role thread, which waits for it. */
public final class CatchUp {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    /** A source that says no or nothing for so long is given up. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final ReplicatedDatabase database;
    private final PrimaryClient source;
    private final Position target;
    private final BooleanSupplier goesOn;
    private final MonotonicClock clock;

    /**
     * @param target where the log of the source ends; it does not move
     * @param goesOn whether this node still is to lead
     */
    public CatchUp(
            ReplicatedDatabase database,
            PrimaryClient source,
            Position target,
            BooleanSupplier goesOn,
            MonotonicClock clock) {
        this.database = database;
        this.source = source;
        this.target = target;
        this.goesOn = goesOn;
        this.clock = clock;
    }

    /** Follows the source until this node's log ends at the target. However long that takes, if only it gets on. */
    public void run() throws IOException, SQLException, InterruptedException {
        database.follow(source, "");
        PositionGate news = database.followerNews();
        Deadline patience = Deadline.after(PATIENCE, clock);
        long seen = news.currentValue();
        while (!hasArrived()) {
            String problem = database.problem().orElse("");
            if (problem.isEmpty()) {
                patience = Deadline.after(PATIENCE, clock);
            }
            if (patience.hasPassed() || !goesOn.getAsBoolean()) {
                throw new IOException(database.name() + " was not brought to " + target + " from " + source.url() + ": "
                        + (problem.isEmpty() ? "the lease was over before" : problem));
            }
            boolean ignored = news.await(seen + 1, Deadline.after(LOOK_AGAIN, clock));
            seen = news.currentValue();
        }
    }

    private boolean hasArrived() {
        return database.files()
                .map(files -> files.log().durableHead().equals(target))
                .orElse(false);
    }
}
