package io.replsqlite.spring;

import io.replsqlite.observe.ReplicaObserver;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/** {@code /actuator/replsqlite}: what this instance's replica is, how far it lags, whether reads and writes can go on, who led. */
@Endpoint(id = "replsqlite")
public class ReplicaEndpoint {
    /** So many of the newest. */
    private static final int TENURES = 100;

    private final ReplicaObserver observer;
    private final Duration writeProbe;

    ReplicaEndpoint(ReplicaObserver observer, Duration writeProbe) {
        this.observer = observer;
        this.writeProbe = writeProbe;
    }

    /** Asks the primary whether it answers. */
    @ReadOperation
    public Map<String, Object> status() {
        ReplicaObserver.Reading reads = observer.reads();
        ReplicaObserver.Reading writes = observer.writes(writeProbe);
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("readyForReads", reads.ready());
        answer.put("readyForWrites", writes.ready());
        answer.putAll(writes.details());
        answer.put("leaseHistory", observer.leaseHistory(TENURES));
        return answer;
    }
}
