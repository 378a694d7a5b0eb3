package io.replsqlite.server.node;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.server.database.CatchUp;
import io.replsqlite.server.database.ReplicatedDatabase;
import io.replsqlite.server.election.Holding;
import io.replsqlite.server.election.Verdict;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/** The node's own {@link Databases} in an election. */
final class DatabaseHoldings implements NodeHoldings {
    /** How long a follower may take to come to rest before its node does not answer. */
    private static final Duration BAR = Duration.ofMillis(1_500);

    private final Databases databases;
    private final PrimaryCalls calls;
    private final MonotonicClock clock;

    DatabaseHoldings(Databases databases, PrimaryCalls calls, MonotonicClock clock) {
        this.databases = databases;
        this.calls = calls;
        this.clock = clock;
    }

    @Override
    public List<Holding> barredBelow(Epoch below) throws IOException, SQLException, InterruptedException {
        var ignored = databases.openListed();
        List<Holding> holdings = new ArrayList<>();
        for (Catalogue.Entry entry : databases.catalogue().all()) {
            Position head = entry.dropped()
                    ? null
                    : databases.byName(entry.name()).bar(below, BAR).orElse(null);
            boolean neverFounded = head == null && !entry.dropped() && !entry.received();
            if (!neverFounded) { // begun here, and a crash came before there was anything: nobody else can have it
                holdings.add(new Holding(entry.name(), entry.id(), entry.dropped(), head));
            }
        }
        return holdings;
    }

    @Override
    public void fetch(Verdict.Lacking lacking, Epoch epoch, BooleanSupplier goesOn)
            throws IOException, SQLException, InterruptedException {
        databases.list(lacking.database(), lacking.id(), true);
        var ignored = databases.openListed();
        ReplicatedDatabase database = databases.byName(lacking.database());
        new CatchUp(
                        database,
                        calls.database(lacking.source().url(), lacking.database())
                                .inElection(epoch),
                        lacking.target(),
                        goesOn,
                        clock)
                .run();
    }

    @Override
    public void dropIfPresent(String database, UUID id) throws IOException, SQLException, InterruptedException {
        databases.dropIfPresent(database, id);
    }
}
