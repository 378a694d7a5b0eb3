package io.replsqlite.server.follow;

import io.replsqlite.server.apply.CheckpointResult;
import io.replsqlite.server.apply.ReplicaFile;
import io.replsqlite.server.checkpoint.CheckpointSteps;
import io.replsqlite.server.checkpoint.CheckpointWriter;
import java.io.IOException;

/** How a follower's WAL goes into its replica file. */
public final class FollowerCheckpoint implements CheckpointSteps {
    private final ReplicaFile replica;
    private final CheckpointWriter checkpoints;

    public FollowerCheckpoint(ReplicaFile replica, CheckpointWriter checkpoints) {
        this.replica = replica;
        this.checkpoints = checkpoints;
    }

    @Override
    public int walFrames() {
        return replica.mark().frame();
    }

    @Override
    public boolean prepare() throws IOException {
        checkpoints.anchor(replica.mark());
        replica.renewLock();
        return true;
    }

    @Override
    public void copy() throws IOException {
        replica.copyPassively();
        checkpoints.persistChecksums();
    }

    @Override
    public boolean finish() throws IOException {
        CheckpointResult result = replica.checkpoint();
        if (!result.isComplete()) {
            return false;
        }
        checkpoints.record(replica.mark());
        return replica.restartWal();
    }
}
