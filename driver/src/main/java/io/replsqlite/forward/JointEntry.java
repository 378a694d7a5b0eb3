package io.replsqlite.forward;

import io.replsqlite.base.Deadline;
import io.replsqlite.wire.ErrorResponse;
import io.replsqlite.wire.ExecuteRequest;
import io.replsqlite.wire.ExecuteResponse;
import io.replsqlite.wire.JointAnswer;
import io.replsqlite.wire.WireException;
import java.io.InterruptedIOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One thread's write on its way in a joint message. */
final class JointEntry {
    private final ExecuteRequest request;
    private final Deadline deadline;
    private final JointSender.Carrier carrier;

    /** Empty: nothing was executed, and it is to be sent alone. */
    private final CompletableFuture<Optional<Attempt<ExecuteResponse>>> outcome = new CompletableFuture<>();

    JointEntry(ExecuteRequest request, Deadline deadline, JointSender.Carrier carrier) {
        this.request = request;
        this.deadline = deadline;
        this.carrier = carrier;
    }

    ExecuteRequest request() {
        return request;
    }

    JointSender.Carrier carrier() {
        return carrier;
    }

    Deadline deadline() {
        return deadline;
    }

    /** The request with the time that waiting here has left it. */
    ExecuteRequest sentNow() {
        long leftMillis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline.remainingNanos()));
        return request.timeoutMillis() <= leftMillis ? request : request.withTimeoutMillis(leftMillis);
    }

    /**
     * Waits for the answer, on the writer's own thread.
     *
     * @param withdraw takes the request back, if it has not left this process
     * @return null if it is to be sent alone
     */
    @Nullable
    Attempt<ExecuteResponse> await(BooleanSupplier withdraw) {
        try {
            return outcome(deadline.remainingNanos());
        } catch (TimeoutException over) {
            return withdraw.getAsBoolean()
                    ? new Attempt.NotExecuted<>("its time was over before it was its turn to be sent", "")
                    : awaitSent();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return withdraw.getAsBoolean()
                    ? new Attempt.NotExecuted<>("the thread was interrupted before it was its turn to be sent", "")
                    : unheard("interrupted while the node worked on it");
        }
    }

    private @Nullable Attempt<ExecuteResponse> awaitSent() {
        try {
            return outcome(HttpTransport.GRACE_NANOS);
        } catch (TimeoutException over) {
            return unheard("the node did not answer in time");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return unheard("interrupted while the node worked on it");
        }
    }

    private @Nullable Attempt<ExecuteResponse> outcome(long nanos) throws InterruptedException, TimeoutException {
        try {
            return outcome.get(Math.max(0, nanos), TimeUnit.NANOSECONDS).orElse(null);
        } catch (ExecutionException defect) {
            throw new IllegalArgumentException("the request cannot be sent: " + defect.getCause(), defect.getCause());
        }
    }

    private static Attempt<ExecuteResponse> unheard(String why) {
        return new Attempt.Unanswered<>(new InterruptedIOException(why));
    }

    /** As far as it has no answer yet. */
    void complete(Attempt<ExecuteResponse> attempt) {
        boolean ignored = outcome.complete(Optional.of(attempt));
    }

    void sendAlone() {
        boolean ignored = outcome.complete(Optional.empty());
    }

    /** It cannot be encoded: a defect of whoever made it. */
    void fail(RuntimeException defect) {
        boolean ignored = outcome.completeExceptionally(defect);
    }

    /** @throws WireException if this is not its answer; what became of it is not known then */
    void answer(JointAnswer answer) throws WireException {
        ErrorResponse error = answer.error();
        ExecuteResponse response = answer.response();
        if (error != null) {
            complete(Attempt.ofRefusal(error));
        } else if (response != null) {
            Message.requireAnswerTo(request.id(), response);
            complete(new Attempt.Done<>(response));
        }
    }
}
