package io.replsqlite.server.node;

import io.replsqlite.server.election.PromiseReply;
import io.replsqlite.server.endpoint.RefusedException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.stream.Collectors;

/** How elections, promises, tenures and beats have gone since the node's start. Safe for any thread. */
final class ElectionFigures {
    /** What an election of this node has come to. */
    enum Election {
        WON,
        /** Not enough promises, a higher epoch, or what it lacks is not to be had. */
        WITHDRAWN,
        /** Another node has more. */
        LEFT_TO_ANOTHER,
        /** The lease or this node's own promise ended first. */
        OVERTAKEN
    }

    /** What another node was answered that asked for a promise. */
    enum Asked {
        GIVEN,
        /** This node keeps faith with another one. */
        BOUND,
        /** A promise stands against it. */
        EPOCH_OVER,
        /** The two do not count votes alike. */
        OTHER_VOTERS,
        /** It could not be stored, or what is here could not be told. */
        FAILED
    }

    /** Why a tenure of this node ended. */
    enum Ended {
        HANDED_OVER,
        STOPPED,
        LEASE_LOST,
        HIGHER_EPOCH,
        ANOTHER_LEADS,
        DISK_STALLED,
        NODE_FAILED
    }

    /** What became of the words to one node: beats, and those that begin or end a tenure. */
    static final class Beats {
        private final LongAdder answered = new LongAdder();
        private final LongAdder missed = new LongAdder();
        private final LongAdder roundTripNanos = new LongAdder();

        void answered(long nanos) {
            answered.increment();
            roundTripNanos.add(nanos);
        }

        void missed() {
            missed.increment();
        }

        long answeredCount() {
            return answered.sum();
        }

        long missedCount() {
            return missed.sum();
        }

        /** Of all that were answered, together. */
        long roundTripNanos() {
            return roundTripNanos.sum();
        }
    }

    private final Map<Election, LongAdder> elections = counters(Election.values());
    private final Map<Asked, LongAdder> asked = counters(Asked.values());
    private final Map<Ended, LongAdder> ended = counters(Ended.values());
    private final Map<String, Beats> beats = new ConcurrentSkipListMap<>();

    private static <E> Map<E, LongAdder> counters(E[] labels) {
        return Arrays.stream(labels)
                .collect(Collectors.toMap(
                        Function.identity(), label -> new LongAdder(), (one, other) -> one, ConcurrentHashMap::new));
    }

    void election(Election result) {
        count(elections, result);
    }

    void ended(Ended why) {
        count(ended, why);
    }

    private static <E> void count(Map<E, LongAdder> counters, E label) {
        LongAdder counter = counters.get(label);
        if (counter != null) {
            counter.increment();
        }
    }

    /** The answer to a candidate on its way out. */
    interface Answer {
        PromiseReply give() throws IOException, InterruptedException;
    }

    PromiseReply counted(Answer answer) throws IOException, InterruptedException {
        Asked result = Asked.FAILED;
        try {
            PromiseReply reply = answer.give();
            result = reply instanceof PromiseReply.Promised ? Asked.GIVEN : Asked.EPOCH_OVER;
            return reply;
        } catch (RefusedException refused) {
            result = switch (refused.reason()) {
                case "bound" -> Asked.BOUND;
                case "otherVoters" -> Asked.OTHER_VOTERS;
                default -> Asked.FAILED;
            };
            throw refused;
        } finally {
            count(asked, result);
        }
    }

    Beats beatsTo(String nodeName) {
        return beats.computeIfAbsent(nodeName, name -> new Beats());
    }

    Map<String, Beats> beats() {
        return beats;
    }

    Map<String, Long> elections() {
        return byLabel(elections);
    }

    Map<String, Long> asked() {
        return byLabel(asked);
    }

    Map<String, Long> ended() {
        return byLabel(ended);
    }

    private static <E extends Enum<E>> Map<String, Long> byLabel(Map<E, LongAdder> counters) {
        return counters.entrySet().stream()
                .collect(Collectors.toMap(
                        counter -> counter.getKey().name().toLowerCase(Locale.ROOT),
                        counter -> counter.getValue().sum()));
    }
}
