package io.replsqlite.server.outcome;

import io.replsqlite.wire.ExecuteResponse;
import io.replsqlite.wire.RequestId;
import io.replsqlite.wire.WireCodec;
import io.replsqlite.wire.WireLimits;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * One request's entry in a commit's attachment; the package documentation has the table.
 *
 * @param answer CBOR; not changed by anybody
 */
public record OutcomeEntry(RequestId id, byte[] answer) {
    /** Stands in a commit that a dead process left without saying whose requests are in it. */
    public static final OutcomeEntry UNATTRIBUTED = new OutcomeEntry(new RequestId(0, 0), new byte[0]);

    private static final int HEADER_BYTES = 20;
    private static final int MAX_BYTES_WITH_ROWS = 64 << 10;

    /** The counts of the longest batch that the wire takes, and then some. */
    private static final int MAX_ANSWER_BYTES = 12 << 20;

    private static final WireCodec CBOR = WireCodec.cbor(WireLimits.DEFAULT);

    public OutcomeEntry {
        if (!isLength(answer.length, id)) {
            throw new IllegalArgumentException("an answer of " + answer.length + " bytes");
        }
    }

    /** Rows that are too many to travel are left out: a repeated request then learns everything else. */
    public static OutcomeEntry of(ExecuteResponse response) {
        byte[] answer = CBOR.encode(response);
        return new OutcomeEntry(
                response.id(), answer.length <= MAX_BYTES_WITH_ROWS ? answer : CBOR.encode(response.withoutRows()));
    }

    public byte[] encode() {
        return ByteBuffer.allocate(HEADER_BYTES + answer.length)
                .putLong(id.high())
                .putLong(id.low())
                .putInt(answer.length)
                .put(answer)
                .array();
    }

    /** @throws IOException if the attachment is not made of whole entries */
    public static List<OutcomeEntry> decodeAll(byte[] attachment) throws IOException {
        List<OutcomeEntry> entries = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(attachment);
        while (in.hasRemaining()) {
            if (in.remaining() < HEADER_BYTES) {
                throw new IOException("a request outcome of " + in.remaining() + " bytes");
            }
            RequestId id = new RequestId(in.getLong(), in.getLong());
            int length = in.getInt();
            if (!isLength(length, id) || length > in.remaining()) {
                throw new IOException("the outcome of request " + id + " claims " + length + " bytes");
            }
            byte[] answer = new byte[length];
            in.get(answer);
            entries.add(new OutcomeEntry(id, answer));
        }
        return entries;
    }

    private static boolean isLength(int bytes, RequestId id) {
        return isUnattributed(id) ? bytes == 0 : bytes > 0 && bytes <= MAX_ANSWER_BYTES;
    }

    private static boolean isUnattributed(RequestId id) {
        return id.high() == 0 && id.low() == 0;
    }

    public boolean isUnattributed() {
        return isUnattributed(id);
    }

    ExecuteResponse response() throws IOException {
        return CBOR.decodeResponse(new ByteArrayInputStream(answer));
    }
}
