package io.replsqlite.server.majority;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.Epoch;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;

/** The question to the voters whether an election could be won; nothing is promised by it. For one thread. */
final class Canvass {
    private final MajorityTerms terms;
    private final Epoch epoch;
    private final Deadline until;
    private final Set<String> agreed = new HashSet<>();
    private final TreeSet<String> open = new TreeSet<>();
    private String follows = "";
    private String objection = "";

    /** @param ownVote whether this node could promise itself */
    Canvass(MajorityTerms terms, Epoch epoch, boolean ownVote, Deadline until) {
        this.terms = terms;
        this.epoch = epoch;
        this.until = until;
        open.addAll(terms.voters());
        open.remove(terms.self());
        if (ownVote) {
            agreed.add(terms.self());
        }
    }

    Epoch epoch() {
        return epoch;
    }

    void answered(BeatReply reply) {
        open.remove(reply.node());
        if (!reply.objection().isEmpty()) {
            objection = reply.objection();
        } else if (reply.agrees()) {
            agreed.add(reply.node());
        } else if (!reply.follows().isEmpty() && !reply.follows().equals(terms.self())) {
            follows = reply.follows();
        }
    }

    boolean isWon() {
        return terms.isMajority(agreed);
    }

    boolean isOver() {
        return open.isEmpty() || until.hasPassed();
    }

    /** Another node that one of the voters keeps faith with; empty if none said so. */
    String follows() {
        return follows;
    }

    String whyNot() {
        return "only " + agreed.size() + " of the " + terms.voters().size() + " voters would promise epoch " + epoch
                + (follows.isEmpty() ? "" : ", node " + follows + " is being followed")
                + (objection.isEmpty() ? "" : "; " + objection)
                + (open.isEmpty() ? "" : "; no answer from " + String.join(", ", open));
    }
}
