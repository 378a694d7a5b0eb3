package io.replsqlite.server.transaction;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.replsqlite.wire.RequestId;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The transactions that ended lately: for a client that asks again because an answer did not reach it. */
final class EndedTransactions {
    private static final int REMEMBERED = 256;

    @GuardedBy("this")
    private final Map<RequestId, OpenTransaction> byId = new LinkedHashMap<>();

    synchronized @Nullable OpenTransaction find(RequestId id) {
        return byId.get(id);
    }

    synchronized void add(OpenTransaction transaction) {
        byId.put(transaction.id(), transaction);
        if (byId.size() > REMEMBERED) {
            byId.remove(byId.keySet().iterator().next());
        }
    }
}
