package io.replsqlite.harness.simulation;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.Position;
import io.replsqlite.base.Txid;
import io.replsqlite.harness.simulation.disk.SimulatedDisk;
import io.replsqlite.harness.simulation.node.Observer;
import io.replsqlite.harness.simulation.node.SimulatedNode;
import io.replsqlite.harness.simulation.schedule.Scheduler;
import io.replsqlite.server.log.ChangeLog;
import io.replsqlite.server.log.CursorSearch;
import io.replsqlite.server.log.LogCursor;
import io.replsqlite.server.log.LogRecord;
import io.replsqlite.server.node.EpochPromises;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Knows all that has happened, and holds it against the guarantees. */
final class Witness implements Observer {
    private final Scheduler scheduler;
    private final Map<Long, String> leaders = new HashMap<>();
    /** By txid, the state checksum that was taken for committed. */
    private final TreeMap<Long, Long> committed = new TreeMap<>();

    /** By epoch, up to where its primary had all that was committed when it began. */
    private final Map<Long, Long> committedWhenBegun = new HashMap<>();

    private final Map<Place, Long> durable = new HashMap<>();
    private final Map<String, Position> heads = new HashMap<>();
    private final Map<String, Epoch> answered = new HashMap<>();
    private long lastCommitEpoch;
    private long acknowledgements;
    private long tenures;
    private long checks;

    private record Place(long epoch, long txid) {}

    Witness(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    long acknowledgements() {
        return acknowledgements;
    }

    long tenures() {
        return tenures;
    }

    long checks() {
        return checks;
    }

    long highestCommitted() {
        return committed.isEmpty() ? 0 : committed.lastKey();
    }

    private void require(boolean holds, String violation) {
        checks++;
        if (!holds) {
            scheduler.fail(new AssertionError(violation));
        }
    }

    @Override
    public void leads(String node, Epoch epoch, SimulatedDisk disk, ChangeLog log) {
        tenures++;
        scheduler.note(node + " leads in epoch " + epoch + " from " + log.head());
        String other = leaders.putIfAbsent(epoch.value(), node);
        require(other == null || other.equals(node), "epoch " + epoch + " is led by " + other + " and by " + node);
        requireCommittedIn(node, "the log of the new primary " + node, disk, log);
        committedWhenBegun.put(epoch.value(), highestCommitted());
    }

    private void requireCommittedIn(String node, String where, SimulatedDisk disk, ChangeLog log) {
        if (committed.isEmpty()) {
            return;
        }
        Map<Long, Long> states = statesOf(disk, log);
        Map.Entry<Long, Long> last = committed.lastEntry();
        Long there = states.get(last.getKey());
        require(
                last.getValue().equals(there) || isBuiltOnCommitted(log.base()),
                where + " lacks committed txid " + last.getKey() + " (it ends at " + log.head() + "): " + node);
        committed.forEach((txid, state) -> {
            Long same = states.get(txid);
            require(same == null || same.equals(state), where + " has another txid " + txid + " than was committed");
        });
    }

    /**
     * A log may begin after the last committed txid, with what was sent of a primary's pages: all that is committed is in
     * there if it is of that same epoch, or of one whose primary began with everything.
     */
    private boolean isBuiltOnCommitted(Position base) {
        long epoch = base.epoch().value();
        return base.txid().value() > highestCommitted()
                && (epoch == lastCommitEpoch || committedWhenBegun.getOrDefault(epoch, -1L) >= highestCommitted());
    }

    /** By txid, the state after it, as far as the log reaches back. */
    private static Map<Long, Long> statesOf(SimulatedDisk disk, ChangeLog log) {
        return disk.observe(() -> {
            Map<Long, Long> states = new TreeMap<>();
            put(states, log.base());
            try (LogCursor cursor = log.fromBase()) {
                while (cursor.advance() == LogCursor.Advance.RECORD) {
                    LogRecord record = cursor.record();
                    put(states, record.header().position());
                }
            }
            put(states, log.head());
            return states;
        });
    }

    private static void put(Map<Long, Long> states, Position position) {
        states.put(position.txid().value(), position.checksum().bits());
    }

    @Override
    public void committed(String node, Epoch epoch, Position position, SimulatedDisk disk, ChangeLog log) {
        scheduler.note(node + " takes " + position + " for committed in epoch " + epoch);
        Map<Long, Long> states = disk.observe(() -> statesBetween(log, highestCommitted(), position));
        if (position.txid().value() > highestCommitted()) {
            lastCommitEpoch = epoch.value();
        }
        states.forEach((txid, state) -> {
            Long before = committed.putIfAbsent(txid, state);
            require(
                    before == null || before.equals(state),
                    "txid " + txid + " was committed, and " + node + " commits another one in epoch " + epoch);
        });
    }

    /** The states after a txid, up to a position, and that one's in any case. */
    private static Map<Long, Long> statesBetween(ChangeLog log, long after, Position upTo) throws IOException {
        Map<Long, Long> states = new TreeMap<>();
        put(states, upTo);
        if (upTo.txid().value() > after && log.after(new Txid(after)) instanceof CursorSearch.Found found) {
            try (LogCursor cursor = found.cursor()) {
                while (cursor.advanceUpTo(upTo.txid()) == LogCursor.Advance.RECORD) {
                    put(states, cursor.record().header().position());
                }
            }
        }
        return states;
    }

    @Override
    public void acknowledged(String node, Epoch epoch, long txid, long value) {
        acknowledgements++;
        scheduler.note(node + " acknowledges value " + value + " as txid " + txid);
        require(committed.containsKey(txid), "txid " + txid + " is acknowledged and nobody has committed it");
    }

    @Override
    public void shown(String node, Position position) {
        Long state = committed.get(position.txid().value());
        require(
                position.txid().value() == 0
                        || (state != null && state == position.checksum().bits()),
                node + " shows " + position + ", which is not committed");
    }

    @Override
    public void promised(String node, Epoch epoch, SimulatedDisk disk) {
        scheduler.note(node + " promises epoch " + epoch);
        SimulatedDisk survivor = disk.survivor();
        Epoch durablePromise =
                survivor.observe(() -> EpochPromises.in(survivor.path("/node")).highest());
        require(
                !epoch.isAfter(durablePromise),
                node + " answers that it promises epoch " + epoch + ", and has only " + durablePromise
                        + " on its disk");
        answered.merge(node, epoch, (one, other) -> one.isAfter(other) ? one : other);
    }

    /** After a step: what is durable at a node, and what it has promised. */
    void look(String node, @Nullable Position head, Epoch promised) {
        Epoch answeredBefore = answered.getOrDefault(node, Epoch.NONE);
        require(
                !answeredBefore.isAfter(promised),
                node + " has promised epoch " + answeredBefore + " and knows only of " + promised);
        if (head == null || head.equals(heads.get(node))) {
            return;
        }
        Position before = heads.put(node, head);
        require(
                before == null || before.compareTo(head) <= 0,
                "the durable log of " + node + " went back from " + before + " to " + head);
        Long bits = head.checksum().bits();
        Long other =
                durable.putIfAbsent(new Place(head.epoch().value(), head.txid().value()), bits);
        require(
                other == null || other.equals(bits),
                node + " has at " + head + " another state than another node at the same epoch and txid");
    }

    /** After a step: where beats and clocks can be relied on, two nodes never believe at one time that they may acknowledge. */
    void lookAtPrimaries(List<SimulatedNode> running) {
        @Nullable String first = null;
        for (SimulatedNode node : running) {
            if (node.mayAcknowledge()) {
                require(first == null, "two nodes may acknowledge at one time: " + first + " and " + node.name());
                first = node.name();
            }
        }
    }

    /** At the end, with everything healed: this log has all that was ever committed. */
    void requireAll(String node, SimulatedDisk disk, ChangeLog log) throws IOException {
        requireCommittedIn(node, "at the end the log of " + node, disk, log);
    }
}
