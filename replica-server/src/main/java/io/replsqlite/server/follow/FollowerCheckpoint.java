package io.replsqlite.server.follow;

import io.replsqlite.server.apply.CheckpointResult;
import io.replsqlite.server.apply.ReplicaFile;
import io.replsqlite.server.checkpoint.CheckpointSteps;
import io.replsqlite.server.checkpoint.CheckpointWriter;
import io.replsqlite.server.sqlite.WalReaders;
import java.io.IOException;
import java.nio.file.Path;

/** How a follower's WAL goes into its replica file. */
public final class FollowerCheckpoint implements CheckpointSteps {
    private final ReplicaFile replica;
    private final CheckpointWriter checkpoints;
    private final Path database;

    public FollowerCheckpoint(ReplicaFile replica, CheckpointWriter checkpoints, Path database) {
        this.replica = replica;
        this.checkpoints = checkpoints;
        this.database = database;
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

    @Override
    public String hindrance() throws IOException {
        return String.join(", ", WalReaders.of(database));
    }
}
