package io.replsqlite.harness.fault;

import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a writer knows of its transactions, by the unique id that each of them leaves in the database. Thread-safe. */
public final class Ledger {
    private final TreeSet<Long> acknowledged = new TreeSet<>();
    private final TreeSet<Long> refused = new TreeSet<>();
    private final TreeMap<Long, String> unknown = new TreeMap<>();
    private long lastId;
    private String lastRefusal = "";

    /** A fresh id, for a write whose outcome will be reported here. */
    public synchronized long nextId() {
        return ++lastId;
    }

    public synchronized void acknowledged(long id) {
        acknowledged.add(id);
    }

    synchronized void refused(long id, String why) {
        refused.add(id);
        lastRefusal = why;
    }

    public synchronized void unknown(long id, String why) {
        unknown.put(id, why);
    }

    public synchronized int acknowledgedCount() {
        return acknowledged.size();
    }

    public synchronized int unknownCount() {
        return unknown.size();
    }

    public synchronized int refusedCount() {
        return refused.size();
    }

    public synchronized String lastRefusal() {
        return lastRefusal;
    }

    public synchronized String lastUnknown() {
        return unknown.isEmpty() ? "" : unknown.lastEntry().getValue();
    }

    /** What is wrong with these ids being the ones in the database; nothing if they may be. */
    public synchronized String objectionTo(SortedSet<Long> found) {
        TreeSet<Long> lost = new TreeSet<>(acknowledged);
        lost.removeAll(found);
        TreeSet<Long> impossible = new TreeSet<>(found);
        impossible.removeAll(acknowledged);
        impossible.removeAll(unknown.keySet());
        if (lost.isEmpty() && impossible.isEmpty()) {
            return "";
        }
        return "acknowledged and lost: " + sample(lost) + "; found and yet refused or never written: "
                + sample(impossible);
    }

    private static String sample(SortedSet<Long> ids) {
        return ids.size() + (ids.isEmpty() ? "" : " from " + ids.first() + " to " + ids.last());
    }
}
