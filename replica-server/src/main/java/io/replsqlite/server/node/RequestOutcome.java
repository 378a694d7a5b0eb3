package io.replsqlite.server.node;

import io.replsqlite.wire.ExecuteResponse;
import io.replsqlite.wire.WireCodec;
import java.nio.ByteBuffer;

/**
 * What of a request travels with its commit in log and stream: 16 bytes request id, then the answer as CBOR, without rows
 * if they are many. Epoch and txid in it are those of the record, not of the answer.
 */
final class RequestOutcome {
    private static final int ID_BYTES = 16;
    private static final int MAX_ANSWER_BYTES = 64 << 10;

    private RequestOutcome() {}

    static byte[] encode(ExecuteResponse response, WireCodec cbor) {
        byte[] answer = cbor.encode(response);
        if (answer.length > MAX_ANSWER_BYTES) {
            answer = cbor.encode(new ExecuteResponse(
                    response.id(),
                    response.epoch(),
                    response.txid(),
                    response.counts(),
                    response.totalChanges(),
                    response.lastRowid(),
                    response.insertedKeys(),
                    null,
                    response.failure()));
        }
        return ByteBuffer.allocate(ID_BYTES + answer.length)
                .putLong(response.id().high())
                .putLong(response.id().low())
                .put(answer)
                .array();
    }
}
