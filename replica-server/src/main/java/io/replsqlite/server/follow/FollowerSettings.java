package io.replsqlite.server.follow;

import io.replsqlite.server.store.StoreSettings;
import java.time.Duration;

/** What a follower needs to know of the node's settings. */
public record FollowerSettings(
        StoreSettings store,
        int checkpointFrames,
        Duration checkpointInterval,
        Duration probeInterval,
        Duration retryInterval) {}
