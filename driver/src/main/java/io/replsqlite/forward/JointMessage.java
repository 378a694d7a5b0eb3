package io.replsqlite.forward;

import io.replsqlite.wire.ErrorResponse;
import io.replsqlite.wire.ExecuteResponse;
import io.replsqlite.wire.JointAnswer;
import io.replsqlite.wire.WireCodec;
import io.replsqlite.wire.WireException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;

/** Writes of several threads on their way to one node. For one thread at a time. */
final class JointMessage {
    private static final Logger LOG = System.getLogger(JointMessage.class.getName());

    static final int MAX_ENTRIES = JointAnswer.MAX_ENTRIES;

    /** Far below what nodes take in one request; a write that is larger goes as the only one of its message. */
    private static final int MAX_BYTES = 1 << 20;

    private final JointSender sender;
    private List<JointEntry> entries;

    JointMessage(JointSender sender, List<JointEntry> entries) {
        this.sender = sender;
        this.entries = entries;
    }

    /** The requests one behind the other. Those for which there is no room wait on. */
    byte[] encode(WireCodec codec) {
        ByteArrayOutputStream body = new ByteArrayOutputStream(1 << 10);
        List<JointEntry> taken = new ArrayList<>(entries.size());
        int next = 0;
        while (next < entries.size()) {
            JointEntry entry = entries.get(next);
            byte[] bytes = encode(entry, codec);
            if (bytes.length > 0 && body.size() > 0 && body.size() + bytes.length > MAX_BYTES) {
                break;
            }
            next++;
            if (bytes.length > 0) {
                body.writeBytes(bytes);
                taken.add(entry);
            }
        }
        if (next < entries.size()) {
            sender.putBack(entries.subList(next, entries.size()));
        }
        entries = taken;
        return body.toByteArray();
    }

    private static byte[] encode(JointEntry entry, WireCodec codec) {
        try {
            return codec.encode(entry.sentNow());
        } catch (RuntimeException defect) {
            entry.fail(defect);
            return new byte[0];
        }
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** How long the last of them may wait for its answer. */
    long longestNanos() {
        return entries.stream()
                .mapToLong(entry -> entry.deadline().remainingNanos())
                .max()
                .orElse(0);
    }

    /** Hands each its answer as it comes. @throws IOException if not all could be read */
    void readAnswers(InputStream body, WireCodec codec) throws IOException {
        try {
            codec.decodeAnswers(body, this::handOn);
        } catch (UncheckedIOException notAnAnswer) {
            throw notAnAnswer.getCause();
        }
    }

    private void handOn(JointAnswer answer) {
        try {
            if (answer.entry() >= entries.size()) {
                throw new WireException("an answer to entry " + answer.entry() + " of " + entries.size());
            }
            entries.get(answer.entry()).answer(answer);
        } catch (WireException wrong) {
            throw new UncheckedIOException(wrong);
        }
    }

    /** The same became of all that have no answer. */
    void completeOthers(Attempt<ExecuteResponse> attempt) {
        entries.forEach(entry -> entry.complete(attempt));
    }

    /** The node has not taken it, or not as a joint message. */
    void refused(Attempt<ExecuteResponse> attempt) {
        ErrorResponse.Kind kind = attempt instanceof Attempt.Refused<ExecuteResponse> refused
                ? refused.error().kind()
                : null;
        if (kind == ErrorResponse.Kind.UNKNOWN_DATABASE) {
            sender.goSingly(); // an older node, which does not know the path
            sendSingly();
        } else if (kind == ErrorResponse.Kind.TOO_LARGE) {
            sendSingly();
        } else {
            completeOthers(attempt);
        }
    }

    /** Nothing was executed, and each may succeed by itself. */
    private void sendSingly() {
        entries.forEach(JointEntry::sendAlone);
    }

    /** Brings it to the node; every entry has its answer then, or may have happened without one. */
    void carry() {
        try {
            entries.get(0).carrier().carry(this);
        } catch (RuntimeException | Error defect) { // a lane that died of it would never be free again
            LOG.log(Level.ERROR, "a joint message was not brought to its end", defect);
            completeOthers(new Attempt.Unanswered<>(new IOException(defect)));
        }
    }
}
