package io.replsqlite.server.apply;

/**
 * How far a checkpoint came.
 *
 * @param totalFrames frames in the WAL
 * @param backfilledFrames of these, from the first on, in the database file and synced
 */
public record CheckpointResult(int totalFrames, int backfilledFrames) {
    /** Whether the database file alone holds everything, so that the WAL can be restarted. */
    public boolean isComplete() {
        return backfilledFrames == totalFrames;
    }
}
