package io.replsqlite.forward;

import io.replsqlite.base.Deadline;
import io.replsqlite.wire.ExecuteRequest;
import io.replsqlite.wire.ExecuteResponse;
import io.replsqlite.wire.RequestId;

/** One exchange with one node. Safe for any thread; runs on the caller's. */
interface Transport {
    <T> Attempt<T> exchange(String nodeUrl, String bearerToken, Message<T> message, Deadline deadline);

    /** The same for a request, which may travel together with those of other threads. */
    Attempt<ExecuteResponse> execute(String nodeUrl, String bearerToken, ExecuteRequest request, Deadline deadline);

    /** Sends a signal and does not wait: nothing depends on its arrival. */
    void signal(String nodeUrl, String bearerToken, String database, Signal signal, RequestId id);
}
