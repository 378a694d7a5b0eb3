package io.replsqlite.session;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.EpochHistory;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.forward.PrimaryClient;
import io.replsqlite.forward.Reply;
import io.replsqlite.status.StatusPageReader;
import io.replsqlite.wire.HeadResponse;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** What nodes say of the database's history: the primary of its head, the node beside the replica of its epochs. */
final class Heads {
    private static final Duration HISTORY_WAIT = Duration.ofMillis(500);
    private static final long PAUSE_NANOS = 100_000_000;

    private final PrimaryClient client;
    private final StatusPageReader page;
    private final String database;
    private final MonotonicClock clock;

    private long epoch;
    private long txid;
    private EpochHistory history = new EpochHistory(List.of());
    private String whyNoHistory = "the node was not asked yet";
    private long askAgainNanos;
    private boolean asked;

    Heads(PrimaryClient client, StatusPageReader page, String database, MonotonicClock clock) {
        this.client = client;
        this.page = page;
        this.database = database;
        this.clock = clock;
    }

    /**
     * Asks the primary where it stands.
     *
     * @param seenEpoch the highest epoch that the session knows
     */
    HeadResponse probe(long seenEpoch, Deadline deadline) throws SQLException {
        Epoch known = new Epoch(Math.max(seenEpoch, page.epoch()));
        Reply<HeadResponse> reply = client.head(database, known, deadline);
        if (reply instanceof Reply.Refused<HeadResponse> refused) {
            throw PrimaryErrors.toException(refused.error());
        }
        HeadResponse head = ((Reply.Done<HeadResponse>) reply).answer();
        epoch = head.epoch().value();
        txid = head.txid().value();
        return head;
    }

    /** Of the head that was probed last. */
    long epoch() {
        return epoch;
    }

    long txid() {
        return txid;
    }

    /**
     * The epochs, up to this one if the node knows it by now. A history once known does not change: a node that finds
     * another one begins a later epoch.
     */
    EpochHistory historyUpTo(long wantedEpoch) {
        if (!history.reaches(wantedEpoch) && (!asked || clock.nanoTime() - askAgainNanos >= 0)) {
            asked = true;
            try {
                String node = page.snapshot().ownUrl();
                history = client.epochs(node, database, Deadline.after(HISTORY_WAIT, clock));
                whyNoHistory = "the node has not heard of epoch " + wantedEpoch + " yet";
            } catch (IOException e) {
                whyNoHistory = String.valueOf(e.getMessage());
            }
            askAgainNanos = clock.nanoTime() + PAUSE_NANOS;
        }
        return history;
    }

    String whyNoHistory() {
        return whyNoHistory;
    }
}
