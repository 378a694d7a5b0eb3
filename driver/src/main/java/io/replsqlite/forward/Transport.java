package io.replsqlite.forward;

import io.replsqlite.base.Deadline;
import io.replsqlite.wire.RequestId;

/** One exchange with one node. Safe for any thread; runs on the caller's. */
interface Transport {
    <T> Attempt<T> exchange(String nodeUrl, String bearerToken, Message<T> message, Deadline deadline);

    /** Sends a signal and does not wait: nothing depends on its arrival. */
    void signal(String nodeUrl, String bearerToken, String database, Signal signal, RequestId id);
}
