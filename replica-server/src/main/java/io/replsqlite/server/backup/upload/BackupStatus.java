package io.replsqlite.server.backup.upload;

import io.replsqlite.base.Position;
import io.replsqlite.server.backup.compact.Holdings;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where one backup stands.
 *
 * @param uploaded the last commit that is in the store; {@link Position#START} before it is known
 * @param uploadedMillis when that commit was made; 0 if that is not known
 * @param lagTxids commits that are committed here and not there
 * @param lagMillis how old the oldest of them may be; 0 if there is none, -1 if that is not known yet
 * @param lagBytes of the log that are not there, at most
 * @param problem why it does not get on; null if it does
 * @param errors how many there were, by kind
 * @param holdings what is in the store; null before this node has looked
 */
public record BackupStatus(
        String destination,
        State state,
        long generation,
        Position uploaded,
        long uploadedMillis,
        long lagTxids,
        long lagMillis,
        long lagBytes,
        long objects,
        long bytes,
        @Nullable String problem,
        Map<String, Long> errors,
        @Nullable Holdings holdings) {

    BackupStatus with(@Nullable Holdings found) {
        return new BackupStatus(
                destination,
                state,
                generation,
                uploaded,
                uploadedMillis,
                lagTxids,
                lagMillis,
                lagBytes,
                objects,
                bytes,
                problem,
                errors,
                found);
    }

    /** What an uploader is about. */
    public enum State {
        /** Finding out what is there. */
        OPENING,
        /** Uploading a snapshot, as the log does not reach back to what is there. */
        BASE,
        /** Uploading commits as they come. */
        STREAMING,
        /** The last attempt failed; there will be another one. */
        RETRYING,
        /** Something is there that this database must not touch. */
        REFUSED,
        /** Another primary uploads. */
        DEPOSED,
        STOPPED
    }
}
