package io.replsqlite.session;

import io.replsqlite.base.Txid;
import io.replsqlite.wire.RequestId;
import java.util.LinkedHashMap;
import java.util.Map;

/** The last writes whose answers were lost, and what was committed before each was sent. */
final class LostRequests {
    private static final int REMEMBERED = 100;

    private final Map<RequestId, Txid> sentAfter = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<RequestId, Txid> eldest) {
            return size() > REMEMBERED;
        }
    };

    void lost(RequestId id, Txid since) {
        sentAfter.put(id, since);
    }

    /** 0 for a request that this session did not send. */
    Txid sentAfter(RequestId id) {
        return sentAfter.getOrDefault(id, Txid.ZERO);
    }
}
