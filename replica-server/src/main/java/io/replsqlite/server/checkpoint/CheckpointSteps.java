package io.replsqlite.server.checkpoint;

import java.io.IOException;
import java.sql.SQLException;

/** The two steps of a checkpoint, as a role carries them out. All but {@link #copy} run on the owning thread. */
public interface CheckpointSteps {
    /** Frames in the WAL now. */
    int walFrames() throws IOException;

    /** Makes it possible to copy everything committed so far; false if another process is in the way for now. */
    boolean prepare() throws IOException, SQLException;

    /** Copies in the background, while commits go on. */
    void copy() throws IOException, SQLException;

    /** Copies the rest; if that is everything, records it and lets the WAL start over. Answers whether it may. */
    boolean finish() throws IOException, SQLException;

    /** Who keeps the WAL from starting over, for people; empty if nobody is known. */
    String hindrance() throws IOException;
}
