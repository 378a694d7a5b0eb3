package io.replsqlite.wire;

import org.jspecify.annotations.Nullable;

/**
 * What became of one of several requests that came in one message.
 *
 * @param entry which one, counted from 0
 * @param response null if it failed
 * @param error null if it did not
 */
public record JointAnswer(
        int entry,
        @Nullable ExecuteResponse response,
        @Nullable ErrorResponse error) {
    /** What a message may hold; whoever has more to send sends another one. */
    public static final int MAX_ENTRIES = 128;

    public JointAnswer {
        if (entry < 0 || entry >= MAX_ENTRIES) {
            throw new IllegalArgumentException("an answer to entry " + entry);
        }
        if ((response == null) == (error == null)) {
            throw new IllegalArgumentException("an answer is a response or an error");
        }
    }

    public static JointAnswer of(int entry, ExecuteResponse response) {
        return new JointAnswer(entry, response, null);
    }

    public static JointAnswer of(int entry, ErrorResponse error) {
        return new JointAnswer(entry, null, error);
    }
}
