package io.replsqlite.forward;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.replsqlite.base.Deadline;
import io.replsqlite.base.Durability;
import io.replsqlite.base.NamedThreads;
import io.replsqlite.tls.TlsFiles;
import io.replsqlite.wire.ErrorResponse;
import io.replsqlite.wire.ExecuteRequest;
import io.replsqlite.wire.ExecuteResponse;
import io.replsqlite.wire.RequestId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets writes of several threads to one node travel in one message. Whoever comes while few messages are under way sends at
 * once, by itself and at no extra cost; whoever comes meanwhile waits, and when one of them is answered all that wait go
 * together. Nobody waits for a clock.
 *
 * <p>Safe for any thread. What travels together shares nothing but the message: id, epoch, deadline and outcome stay each
 * one's own.
 */
final class JointSender {
    /** While the node makes one message's writes durable, it takes and executes the next. */
    private static final int AT_ONCE = 2;

    /** A long batch is no small message to save. */
    private static final int MAX_EXECUTIONS = 1_000;

    /**
     * One for each destination and credential of the process, never dropped: there are as many as primaries have been and
     * tokens have been replaced.
     */
    private static final ConcurrentHashMap<Destination, JointSender> KNOWN = new ConcurrentHashMap<>();

    /**
     * Writes may travel together only if neither node nor credential would be another one alone, and if they wait for the
     * same: one that waits for all voters must not hold back those that wait for none.
     */
    record Destination(String nodeUrl, String database, Durability durability, String bearerToken, TlsFiles tlsFiles) {}

    /** One for each message under way; a lane that finds nobody waiting ends, and its thread soon after. */
    private static final ThreadPoolExecutor LANES = new ThreadPoolExecutor(
            0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), NamedThreads.of("joint-writes"));

    /** Brings a message to the node, on a thread of its own, and returns when every entry has its answer. */
    interface Carrier {
        void carry(JointMessage message);
    }

    private final Object lock = new Object();

    @GuardedBy("lock")
    private final ArrayDeque<JointEntry> waiting = new ArrayDeque<>();

    @GuardedBy("lock")
    private int underWay;

    /** The node takes single requests only. */
    private volatile boolean singly;

    static JointSender to(Destination destination) {
        JointSender known = KNOWN.get(destination);
        return known != null ? known : KNOWN.computeIfAbsent(destination, unused -> new JointSender());
    }

    /** Whether a request gains by company. One that is sent again goes alone: what became of it is not sure. */
    static boolean takes(ExecuteRequest request) {
        if (request.kind() == ExecuteRequest.Kind.READ || request.attempt() > 1) {
            return false;
        }
        int executions = 0;
        for (ExecuteRequest.Statement statement : request.statements()) {
            executions += statement.parameters().size();
        }
        return executions <= MAX_EXECUTIONS;
    }

    /**
     * @param alone sends this request by itself and waits for its answer
     * @param carrier takes a message that this request is the first one of
     */
    Attempt<ExecuteResponse> send(
            ExecuteRequest request, Deadline deadline, Supplier<Attempt<ExecuteResponse>> alone, Carrier carrier) {
        if (singly) {
            return alone.get();
        }
        JointEntry entry;
        synchronized (lock) {
            if (underWay < AT_ONCE && waiting.isEmpty()) {
                underWay++;
                entry = null;
            } else {
                entry = new JointEntry(request, deadline, carrier);
                waiting.add(entry);
            }
        }
        if (entry != null) {
            Attempt<ExecuteResponse> answer = entry.await(() -> withdraw(request.id()) != null);
            return answer != null ? answer : alone.get();
        }
        try {
            return alone.get();
        } finally {
            landed();
        }
    }

    /** The node has said that it does not know the form of a joint message. */
    void goSingly() {
        singly = true;
    }

    /** A request that went alone has been answered, or has failed: those that wait go now. */
    private void landed() {
        JointMessage next = next();
        if (next != null) {
            try {
                LANES.execute(() -> carryAll(next));
            } catch (RuntimeException | Error noThread) { // the answer that has just come must not be lost to this
                refuseAll(next, noThread);
            }
        }
    }

    /** What waits has not left this process. */
    private void refuseAll(JointMessage first, Throwable why) {
        Attempt<ExecuteResponse> notSent =
                new Attempt.NotExecuted<>("no thread could be started to send it: " + why, "");
        for (JointMessage message = first; message != null; message = next()) {
            message.completeOthers(notSent);
        }
    }

    /** One message behind the other, without a change of threads between them. */
    private void carryAll(JointMessage first) {
        for (JointMessage message = first; message != null; message = next()) {
            message.carry();
        }
    }

    /** One message has landed. @return the one that goes in its place, of all that wait; null if nobody does */
    private @Nullable JointMessage next() {
        synchronized (lock) {
            if (waiting.isEmpty()) {
                underWay--;
                return null;
            }
            List<JointEntry> next = new ArrayList<>();
            while (!waiting.isEmpty() && next.size() < JointMessage.MAX_ENTRIES) {
                next.add(waiting.remove());
            }
            return new JointMessage(this, next);
        }
    }

    /** Puts back what a message had no room for, in front of what has come since. */
    void putBack(List<JointEntry> entries) {
        synchronized (lock) {
            for (int index = entries.size() - 1; index >= 0; index--) {
                waiting.addFirst(entries.get(index));
            }
        }
    }

    /** How many wait to be sent. */
    int waiting() {
        synchronized (lock) {
            return waiting.size();
        }
    }

    /** Takes back a request that has not left this process. @return null if it is not there */
    private @Nullable JointEntry withdraw(RequestId id) {
        synchronized (lock) {
            for (Iterator<JointEntry> all = waiting.iterator(); all.hasNext(); ) {
                JointEntry entry = all.next();
                if (entry.request().id().equals(id)) {
                    all.remove();
                    return entry;
                }
            }
            return null;
        }
    }

    /** Stops a request that waits to be sent. @return whether there is one of this id */
    static boolean cancel(RequestId id) {
        for (JointSender sender : KNOWN.values()) {
            JointEntry entry = sender.withdraw(id);
            if (entry != null) {
                ErrorResponse interrupted = ErrorResponse.of(ErrorResponse.Kind.SQL, "interrupted before it began");
                entry.complete(new Attempt.Refused<>(interrupted.withId(id)));
                return true;
            }
        }
        return false;
    }
}
