package io.replsqlite.server.backup.watch;

import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.NamedThreads;
import io.replsqlite.server.backup.upload.BackupStatus;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Calls a URL as long as every backup gets on or is level, so that a monitor raises the alarm when the calls stop. What counts is
 * the position that is in the store, not that uploads are attempted.
 */
public final class Heartbeat implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Heartbeat.class.getName());
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);

    private final URI url;
    private final Duration interval;
    private final Supplier<List<BackupStatus>> backups;
    private final MonotonicClock clock;
    private final OkHttpClient http;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(NamedThreads.of("backup-heartbeat"));

    /** By destination, at the last look; of the thread. */
    private final Map<String, Long> uploadedBefore = new HashMap<>();

    private volatile State state = new State(0, 0, null);

    /**
     * What became of it.
     *
     * @param lastMillis when the URL was called last and answered well; 0 for never
     * @param problem why the last call was withheld or failed; null if it was not
     */
    public record State(
            long calls, long lastMillis, @Nullable String problem) {}

    /** @param backups all that this node uploads; none on a follower, which calls nobody */
    public Heartbeat(URI url, Duration interval, Supplier<List<BackupStatus>> backups, MonotonicClock clock) {
        this.url = url;
        this.interval = interval;
        this.backups = backups;
        this.clock = clock;
        this.http = new OkHttpClient.Builder().callTimeout(ANSWER_WITHIN).build();
    }

    public void start() {
        var ignored = thread.scheduleWithFixedDelay(
                this::beat, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    public State state() {
        return state;
    }

    private void beat() {
        try {
            List<BackupStatus> all = backups.get();
            String withheld = whyWithheld(all);
            uploadedBefore.clear();
            all.forEach(one ->
                    uploadedBefore.put(one.destination(), one.uploaded().txid().value()));
            if (withheld != null) {
                state = new State(state.calls(), state.lastMillis(), withheld);
            } else if (!all.isEmpty()) {
                call();
            }
        } catch (RuntimeException failure) { // must not end the schedule
            LOG.log(Level.WARNING, "no heartbeat of the backup", failure);
        }
    }

    private @Nullable String whyWithheld(List<BackupStatus> all) {
        for (BackupStatus one : all) {
            Long before = uploadedBefore.get(one.destination());
            boolean moves = before != null && one.uploaded().txid().value() > before;
            boolean level = one.state() == BackupStatus.State.STREAMING
                    && one.lagMillis() >= 0
                    && one.lagMillis() <= interval.toMillis();
            if (!moves && !level) {
                return one.destination() + " neither gets on nor is level: " + one.lagTxids() + " commits behind";
            }
        }
        return null;
    }

    private void call() {
        Request request = new Request.Builder().url(url.toString()).get().build();
        try (Response response = http.newCall(request).execute()) {
            String problem = response.isSuccessful() ? null : "the URL answered with status " + response.code();
            state = new State(state.calls() + 1, problem == null ? clock.wallMillis() : state.lastMillis(), problem);
        } catch (IOException failure) {
            state = new State(state.calls() + 1, state.lastMillis(), String.valueOf(failure.getMessage()));
        }
    }

    @Override
    public void close() {
        var ignored = thread.shutdownNow();
        http.connectionPool().evictAll();
        http.dispatcher().cancelAll();
    }
}
