package io.replsqlite.server.node;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.lease.Lease;
import io.replsqlite.lease.LeaseProvider;
import io.replsqlite.lease.Member;
import io.replsqlite.server.election.ElectionRule;
import io.replsqlite.server.election.ElectionTerms;
import io.replsqlite.server.election.Holding;
import io.replsqlite.server.election.NodeReport;
import io.replsqlite.server.election.PeerAnswer;
import io.replsqlite.server.election.PromiseReply;
import io.replsqlite.server.election.PromiseRequest;
import io.replsqlite.server.election.PromiseRound;
import io.replsqlite.server.election.Verdict;
import io.replsqlite.server.majority.Allegiance;
import io.replsqlite.server.majority.VotingTerms;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * From the grant of the lease to the moment at which every database may be opened for writes: the promises of the others,
 * the verdict, and what this node lacks. Also what this node answers when another one asks. On the role thread.
 */
public final class Takeover {
    private static final Logger LOG = System.getLogger(Takeover.class.getName());

    /** Between two attempts of a node that must not lead yet. */
    private static final Duration TRY_AGAIN = Duration.ofSeconds(1);

    /** In a row; then it fetches, however much that is, so that nobody waits for ever. */
    private static final int MOST_TIMES_ASIDE = 3;

    private final NodeIdentity self;
    private final NodeHoldings holdings;
    private final EpochPromises promises;
    private final Allegiance allegiance;
    private final Members members;
    private final LeaseProvider leases;
    private final PromiseCall calls;
    private final MonotonicClock clock;
    private int timesAside;

    /** Asks another node for its promise; no answer in time is an exception. */
    @FunctionalInterface
    public interface PromiseCall {
        PromiseReply promise(Member peer, PromiseRequest request) throws IOException;
    }

    /** What the election has come to. */
    public sealed interface Result {
        /** @param unheard nodes that may have had more than this one */
        record Ready(List<String> unheard) implements Result {}

        /**
         * Not now.
         *
         * @param successor the node that is to lead instead; null for any
         * @param pause before this node tries again
         */
        record StepBack(@Nullable String successor, Duration pause, String why) implements Result {}
    }

    public Takeover(
            NodeIdentity self,
            NodeHoldings holdings,
            EpochPromises promises,
            Allegiance allegiance,
            Members members,
            LeaseProvider leases,
            PromiseCall calls,
            MonotonicClock clock) {
        this.self = self;
        this.holdings = holdings;
        this.promises = promises;
        this.allegiance = allegiance;
        this.members = members;
        this.leases = leases;
        this.calls = calls;
        this.clock = clock;
    }

    /** This node's. */
    String name() {
        return self.name();
    }

    /**
     * The others are asked while this node stores its own promise and brings its followers to rest: in an epoch that it has
     * not promised itself it only asks. Should it end before that is durable, it begins another epoch the next time.
     */
    public Result run(Lease granted) throws InterruptedException {
        try {
            Laps laps = new Laps(clock);
            if (!allegiance.mayPromise(granted.epoch(), self.name())) {
                allegiance.promise(granted.epoch(), self.name()); // tells why not, and nobody is disturbed
            }
            members.update(leases.members());
            PromiseRound others = askOthers(granted.epoch());
            allegiance.promise(granted.epoch(), self.name());
            laps.end("own promise");
            NodeReport own = report(granted.epoch(), true);
            laps.end("rest");
            List<PeerAnswer> answers = others.await(
                    self.neededVoters(), soFar -> ElectionRule.isDecided(self.name(), self.neededVoters(), soFar));
            laps.end("promises of the others");
            answers.forEach(answer -> LOG.log(Level.DEBUG, "election in epoch {0}: {1}", granted.epoch(), answer));
            dropWhatIsDropped(answers);
            Verdict verdict = ElectionRule.judge(own, answers, terms(granted));
            LOG.log(Level.INFO, "election in epoch {0}: {1}; took {2}", granted.epoch(), verdict, laps);
            return follow(verdict, granted);
        } catch (IOException | SQLException | RuntimeException failure) {
            LOG.log(Level.WARNING, "this node cannot lead in epoch " + granted.epoch() + " yet", failure);
            return new Result.StepBack(null, TRY_AGAIN, String.valueOf(failure.getMessage()));
        }
    }

    private PromiseRound askOthers(Epoch epoch) {
        PromiseRequest request = new PromiseRequest(epoch, self.name(), self.neededVoters(), self.voterTimeout());
        return PromiseRound.begin(members.others(), peer -> calls.promise(peer, request), clock);
    }

    /** Why this node must not promise that candidate anything as both are set; empty if it may. */
    String objectionTo(PromiseRequest request) {
        return self.terms().objectionTo(new VotingTerms(request.voters(), request.voterTimeout()));
    }

    private ElectionTerms terms(Lease granted) {
        return new ElectionTerms(granted.epoch(), self.neededVoters(), timesAside < MOST_TIMES_ASIDE);
    }

    private Result follow(Verdict verdict, Lease granted) throws IOException, SQLException, InterruptedException {
        if (verdict instanceof Verdict.Withdraw withdraw) {
            if (withdraw.promised().isAfter(granted.epoch())) {
                promises.promise(withdraw.promised(), ""); // the next attempt exceeds it
            }
            return new Result.StepBack(null, TRY_AGAIN, withdraw.why());
        }
        if (verdict instanceof Verdict.StepAside aside) {
            timesAside++;
            return new Result.StepBack(
                    aside.successor(), TRY_AGAIN, "node " + aside.successor() + " shall lead: " + aside.why());
        }
        timesAside = 0;
        if (verdict instanceof Verdict.Fetch fetch) {
            for (Verdict.Lacking lacking : fetch.databases()) {
                holdings.fetch(lacking, granted.epoch(), () -> mayGoOn(granted));
            }
            return new Result.Ready(fetch.unheard());
        }
        return new Result.Ready(((Verdict.Lead) verdict).unheard());
    }

    /** Whether the lease still holds and no other node has this one's promise. */
    public boolean mayGoOn(Lease granted) {
        return !isOver(granted) && promises.isPromisedTo(granted.epoch(), self.name());
    }

    boolean isOver(Lease granted) {
        return granted.deadline().hasPassed(clock.nanoTime());
    }

    /** A database that was dropped anywhere is dropped; its files are set aside here too. */
    private void dropWhatIsDropped(List<PeerAnswer> answers) throws IOException, SQLException, InterruptedException {
        for (PeerAnswer answer : answers) {
            if (answer instanceof PeerAnswer.Promised promised) {
                for (Holding holding : promised.report().holdings()) {
                    if (holding.isDropped()) {
                        holdings.dropIfPresent(holding.database(), holding.id());
                    }
                }
            }
        }
    }

    /** Answers a candidate whose epoch is too low. */
    public PromiseReply refuse(Epoch promised) {
        return new PromiseReply.Refused(self.name(), promised);
    }

    /**
     * What this node has, once nothing below this epoch can change it any more.
     *
     * @throws IOException if that cannot be told now
     */
    public NodeReport report(Epoch below, boolean couldLead) throws IOException, SQLException, InterruptedException {
        List<Holding> held = holdings.barredBelow(below);
        return new NodeReport(self.name(), couldLead && self.stands(), self.priority(), held);
    }
}
