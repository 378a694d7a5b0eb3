package io.replsqlite.server.election;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.Position;
import io.replsqlite.lease.Member;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * From the answers of an election to its verdict. In this order:
 *
 * <ol>
 *   <li>who has promised more forbids it;
 *   <li>a majority of the voters must have promised, if there are voters;
 *   <li>a database of the same name but another identity, with more in it, forbids it;
 *   <li>what others have and this node lacks is fetched, or the lease is left to the one who has it;
 *   <li>without any copy of its own it leads only if everybody has answered, or nobody has ever led.
 * </ol>
 *
 * <p>More is the higher (epoch, txid), database by database.
 */
public final class ElectionRule {
    /** Behind by more than this, a candidate that is level leads sooner than this node has caught up. */
    static final long MANY_TXIDS = 1_000;

    private final NodeReport own;
    private final List<PeerAnswer> answers;
    private final ElectionTerms terms;
    private final List<PeerAnswer.Promised> promised;
    private final Set<UUID> dropped = new HashSet<>();

    private ElectionRule(NodeReport own, List<PeerAnswer> answers, ElectionTerms terms) {
        this.own = own;
        this.answers = answers;
        this.terms = terms;
        this.promised = only(PeerAnswer.Promised.class);
        noteDropped(own);
        promised.forEach(answer -> noteDropped(answer.report()));
    }

    /** @param answers one for every other node that is known */
    public static Verdict judge(NodeReport own, List<PeerAnswer> answers, ElectionTerms terms) {
        return new ElectionRule(own, answers, terms).judge();
    }

    /**
     * Whether the answers so far decide, whatever the others say: who led until now has handed over to this node, and the
     * voters, if there are any, have promised by their majority.
     */
    public static boolean isDecided(String self, Set<String> voters, List<PeerAnswer> soFar) {
        List<PeerAnswer.Promised> promised = only(PeerAnswer.Promised.class, soFar);
        boolean noneRefuses = only(PeerAnswer.Refused.class, soFar).isEmpty();
        boolean enough = voters.isEmpty() || votes(self, voters, promised) > voters.size() / 2;
        return noneRefuses && enough && hasHandedOver(promised);
    }

    private static boolean hasHandedOver(List<PeerAnswer.Promised> promised) {
        return promised.stream().anyMatch(answer -> answer.report().hasHandedOver());
    }

    private static long votes(String self, Set<String> voters, List<PeerAnswer.Promised> promised) {
        return promised.stream()
                        .map(answer -> answer.report().nodeName())
                        .filter(voters::contains)
                        .count()
                + (voters.contains(self) ? 1 : 0);
    }

    private void noteDropped(NodeReport report) {
        report.holdings().stream().filter(Holding::isDropped).map(Holding::id).forEach(dropped::add);
    }

    private <T extends PeerAnswer> List<T> only(Class<T> kind) {
        return only(kind, answers);
    }

    private static <T extends PeerAnswer> List<T> only(Class<T> kind, List<PeerAnswer> answers) {
        return answers.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private Verdict judge() {
        Verdict obstacle = obstacle();
        if (obstacle != null) {
            return obstacle;
        }
        List<Verdict.Lacking> lacking = lacking();
        if (!lacking.isEmpty()) {
            Verdict aside = terms.mayStepAside() ? better(lacking) : null;
            return aside == null ? new Verdict.Fetch(lacking, unheard()) : aside;
        }
        Verdict nothing = leadingFromNothing();
        if (nothing != null) {
            return nothing;
        }
        Verdict preferred = terms.mayStepAside() ? preferred() : null;
        return preferred == null ? new Verdict.Lead(unheard()) : preferred;
    }

    private @Nullable Verdict obstacle() {
        Optional<PeerAnswer.Refused> refused =
                only(PeerAnswer.Refused.class).stream().max(Comparator.comparing(PeerAnswer.Refused::promised));
        if (refused.isPresent()) {
            return withdraw(
                    "node " + refused.get().peer().nodeName() + " has promised epoch "
                            + refused.get().promised() + ", so " + terms.epoch() + " cannot begin",
                    refused.get().promised());
        }
        Verdict minority = minority();
        return minority == null ? conflict() : minority;
    }

    private static Verdict withdraw(String why, Epoch promisedByOther) {
        return new Verdict.Withdraw(why, promisedByOther);
    }

    private Verdict withdraw(String why) {
        return withdraw(why, terms.epoch());
    }

    private @Nullable Verdict minority() {
        Set<String> voters = terms.voters();
        long votes = votes(own.nodeName(), voters, promised);
        if (voters.isEmpty() || votes > voters.size() / 2) {
            return null;
        }
        return withdraw("only " + votes + " of the " + voters.size() + " voters have promised epoch " + terms.epoch()
                + ", and a majority is needed; no answer from " + silent());
    }

    /** Two databases of one name: one of the two nodes belongs to another cluster, or was begun anew by mistake. */
    private @Nullable Verdict conflict() {
        for (Holding mine : own.holdings()) {
            for (PeerAnswer.Promised answer : promised) {
                for (Holding theirs : answer.report().holdings()) {
                    boolean other = theirs.database().equals(mine.database())
                            && !theirs.id().equals(mine.id())
                            && isThere(theirs)
                            && !dropped.contains(mine.id());
                    if (other && isMore(theirs.head(), mine.head())) {
                        return withdraw("node " + answer.report().nodeName() + " has another database of the name "
                                + mine.database() + " (" + theirs.id() + ", here " + mine.id()
                                + ") with more in it. Drop the one that is wrong.");
                    }
                }
            }
        }
        return null;
    }

    private boolean isThere(Holding holding) {
        return holding.hasCopy() && !dropped.contains(holding.id());
    }

    private static boolean isMore(@Nullable Position one, @Nullable Position than) {
        return one != null && (than == null || one.compareTo(than) > 0);
    }

    /** By name; where several others have as much, a candidate is the source, and of those the preferred one. */
    private List<Verdict.Lacking> lacking() {
        TreeMap<String, Verdict.Lacking> byName = new TreeMap<>();
        for (PeerAnswer.Promised answer : bestSourcesFirst()) {
            for (Holding theirs : answer.report().holdings()) {
                Position head = theirs.head();
                if (head != null
                        && isThere(theirs)
                        && !isStrange(theirs)
                        && isMore(head, most(theirs, byName.get(theirs.database())))) {
                    byName.put(
                            theirs.database(),
                            new Verdict.Lacking(theirs.database(), theirs.id(), answer.peer(), head));
                }
            }
        }
        return List.copyOf(byName.values());
    }

    /** Of the name of one that is here, and another database all the same: {@link #conflict} has let it pass as less. */
    private boolean isStrange(Holding theirs) {
        return own.holdings().stream()
                .anyMatch(mine ->
                        mine.database().equals(theirs.database()) && !mine.id().equals(theirs.id()) && isThere(mine));
    }

    /** The most that is known so far of this database: here, or at a source found before. */
    private @Nullable Position most(Holding database, Verdict.@Nullable Lacking found) {
        return found != null
                ? found.target()
                : own.copyOf(database.id()).map(Holding::head).orElse(null);
    }

    private List<PeerAnswer.Promised> bestSourcesFirst() {
        List<PeerAnswer.Promised> sorted = new ArrayList<>(promised);
        sorted.sort(Comparator.comparing(
                        (PeerAnswer.Promised answer) -> !answer.report().isCandidate())
                .thenComparing(answer -> -answer.report().priority())
                .thenComparing(answer -> answer.report().nodeName()));
        return sorted;
    }

    /** To the node that has what this one lacks, if that could lead and this one would be long in catching up. */
    private @Nullable Verdict better(List<Verdict.Lacking> lacking) {
        for (Verdict.Lacking one : lacking) {
            Position mine = own.copyOf(one.id()).map(Holding::head).orElse(null);
            if (isFarBehind(mine, one.target()) && couldLead(one.source())) {
                return new Verdict.StepAside(
                        one.source().nodeName(),
                        "it has " + one.database() + " up to " + one.target() + ", this node "
                                + (mine == null ? "no copy" : "only up to " + mine));
            }
        }
        return null;
    }

    private static boolean isFarBehind(@Nullable Position mine, Position target) {
        return mine == null
                || !mine.epoch().equals(target.epoch())
                || target.txid().value() - mine.txid().value() > MANY_TXIDS;
    }

    private boolean couldLead(Member source) {
        return promised.stream()
                .anyMatch(answer ->
                        answer.peer().equals(source) && answer.report().isCandidate());
    }

    private @Nullable Verdict leadingFromNothing() {
        Optional<Holding> received = own.holdings().stream()
                .filter(holding -> holding.head() == null && !dropped.contains(holding.id()))
                .findFirst();
        if (received.isPresent()) {
            return withdraw("this node has no copy of " + received.get().database() + " ("
                    + received.get().id()
                    + ") yet, which another node has, and none that has one answers; no answer from " + unheard());
        }
        if (own.isEmpty() && !unheard().isEmpty() && !terms.isFirstEver()) {
            return withdraw("this node is empty and others of the cluster do not answer: " + unheard()
                    + ". It waits until they do, so as not to begin anew over their data");
        }
        return null;
    }

    /** Among equals the one with the higher priority. */
    private @Nullable Verdict preferred() {
        return promised.stream()
                .map(PeerAnswer.Promised::report)
                .filter(report -> report.isCandidate() && report.priority() > own.priority() && isLevel(report))
                .max(Comparator.comparingInt(NodeReport::priority))
                .map(report -> new Verdict.StepAside(
                        report.nodeName(),
                        "it has as much, and priority " + report.priority() + " over " + own.priority()))
                .orElse(null);
    }

    private boolean isLevel(NodeReport other) {
        return own.holdings().stream()
                .filter(this::isThere)
                .allMatch(mine -> other.copyOf(mine.id())
                        .filter(theirs -> !isMore(mine.head(), theirs.head()))
                        .isPresent());
    }

    /** Nodes that may have what is not known here. */
    private List<String> unheard() {
        return hasHandedOver(promised) ? List.of() : silent();
    }

    private List<String> silent() {
        return only(PeerAnswer.Silent.class).stream()
                .map(answer -> answer.peer().nodeName())
                .sorted()
                .toList();
    }
}
