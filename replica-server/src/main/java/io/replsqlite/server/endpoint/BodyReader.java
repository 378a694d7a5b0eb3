package io.replsqlite.server.endpoint;

import io.replsqlite.base.Deadline;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.BufferUtil;

/** Reads a request's whole body, at most so large and within a time, whatever the pace at which it comes. */
final class BodyReader {
    private static final int FIRST_BYTES = 1 << 10;

    private final Request request;
    private final EndpointLimits limits;
    private final Deadline deadline;

    BodyReader(Request request, EndpointLimits limits, Deadline deadline) {
        this.request = request;
        this.limits = limits;
        this.deadline = deadline;
    }

    /** @throws RefusedException 413 if it is too large, 408 if it does not come in time, 400 if it ends early */
    byte[] read() throws IOException {
        if (request.getLength() > limits.maxBodyBytes()) {
            throw tooLarge();
        }
        int announced = (int) Math.max(FIRST_BYTES, Math.min(request.getLength(), 1 << 20));
        ByteArrayOutputStream body = new ByteArrayOutputStream(announced);
        while (true) {
            Content.Chunk chunk = request.read();
            if (chunk == null) {
                awaitMore();
            } else if (Content.Chunk.isFailure(chunk)) {
                throw endedEarly(chunk.getFailure());
            } else if (isLastAfterTaking(chunk, body)) {
                return body.toByteArray();
            }
        }
    }

    private boolean isLastAfterTaking(Content.Chunk chunk, ByteArrayOutputStream body) throws IOException {
        try {
            if (body.size() + (long) chunk.remaining() > limits.maxBodyBytes()) {
                throw tooLarge();
            }
            BufferUtil.writeTo(chunk.getByteBuffer(), body);
            return chunk.isLast();
        } finally {
            chunk.release();
        }
    }

    private void awaitMore() throws IOException {
        CountDownLatch more = new CountDownLatch(1);
        request.demand(more::countDown);
        try {
            if (!more.await(Math.max(0, deadline.remainingNanos()), TimeUnit.NANOSECONDS)) {
                throw new RefusedException(
                        408,
                        "requestTooSlow",
                        "The body of the request did not arrive within " + limits.arrivalTimeout()
                                + "; the limit is the setting request-arrival-timeout. Nothing was executed.");
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the node is stopping");
        }
    }

    private static IOException endedEarly(Throwable failure) {
        if (failure instanceof EOFException) {
            return new RefusedException(
                    400,
                    "truncatedBody",
                    "The request's body ended before its announced length. Nothing was executed.");
        }
        return new IOException("the request's body cannot be read: " + failure, failure);
    }

    private RefusedException tooLarge() {
        return new RefusedException(
                413,
                "requestTooLarge",
                "The request has more than " + limits.maxBodyBytes()
                        + " bytes; the limit is the setting max-request-bytes. Nothing was executed.");
    }
}
