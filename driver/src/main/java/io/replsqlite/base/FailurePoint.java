package io.replsqlite.base;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The named instants at which a process can die or a disk can refuse, one on each side of every durable step. The crash
 * test kills a real node at each of them.
 *
 * <p>Armed by the system property {@value #PROPERTY} or the environment variable {@value #ENVIRONMENT}, as
 * {@code NAME=ACTION} or {@code NAME=ACTION@N} (act at the N-th hit, default 1). Actions: {@code halt} ends the process
 * at once with exit code {@value #HALT_EXIT_CODE}, as {@code kill -9} would; {@code full} and {@code error} throw the
 * {@link IOException} of a full and of a broken disk, {@code slow} waits {@value #SLOW_MILLIS} ms as a slow one does, and
 * {@code hang} for as long as the point is armed, all from the N-th hit on. Unarmed, a point costs one static read.
 */
public enum FailurePoint {
    /** A record is half written to the log. */
    LOG_APPEND_PARTIAL,
    /** A record is written to the log and not yet synced. */
    LOG_APPENDED,
    /** A record is synced, nobody was told. */
    LOG_SYNCED,
    /** A new log segment exists, its header is not synced. */
    LOG_SEGMENT_CREATED,
    /** A new log segment is durable, the directory entry is too. */
    LOG_SEGMENT_DURABLE,
    /** An old log segment is about to be deleted. */
    LOG_SEGMENT_DELETING,
    /** The log is being replaced by one that starts elsewhere; reached once after each durable step of that. */
    LOG_RESETTING,
    /** A write has the durability that it was asked for, nobody was told. */
    WRITE_COMMITTED,
    /** SQLite has committed on the primary; its frames are not read yet. */
    CAPTURE_COMMITTED,
    /** A foreign commit was found in the primary's WAL and not captured yet. */
    CAPTURE_FOREIGN_FOUND,
    /** Half of a commit's frames are in the follower's WAL. */
    APPLY_FRAMES_PARTIAL,
    /** All frames of a commit are in the follower's WAL, the wal-index does not know. */
    APPLY_FRAMES_WRITTEN,
    /** The wal-index hash table has the new frames, its header does not. */
    APPLY_INDEX_HASHED,
    /** One of the two wal-index header copies is written. */
    APPLY_HEADER_HALF,
    /** The new header is published, the status page is not. */
    APPLY_PUBLISHED,
    /** The follower has let the write lock go in order to restart its WAL. */
    APPLY_LOCK_RELEASED,
    /** A checkpoint is about to copy pages into the database file. */
    CHECKPOINT_STARTING,
    /** A checkpoint is complete, the txid it reached is not recorded. */
    CHECKPOINT_COPIED,
    /** Half of the changed page checksums are in the checksum file. */
    CHECKSUMS_PARTIAL,
    /** The page checksums are durable, the checkpoint txid is not recorded. */
    CHECKSUMS_SYNCED,
    /** A small metadata file is written under its temporary name. */
    METADATA_WRITTEN,
    /** A small metadata file carries its final name, the directory is not synced. */
    METADATA_RENAMED,
    /** A promise of an epoch is about to be stored. */
    PROMISE_STORING,
    /** Part of a promise is in its place in the file; the promise before it stands in the other place. */
    PROMISE_PARTIAL,
    /** A promise is durable, nobody was answered. */
    PROMISE_STORED,
    /** The other nodes of the cluster are about to be stored. */
    MEMBERS_STORING,
    /** The other nodes of the cluster are durable. */
    MEMBERS_STORED,
    /** Half of a line is in the lease history. */
    HISTORY_PARTIAL,
    /** That a damaged log is to be set aside is about to be noted. */
    LOST_LOG_NOTING,
    /** That a damaged log is to be set aside is noted; it stands where it stood. */
    LOST_LOG_NOTED,
    /** A rebirth has looked at the backup of a database and has not marked it. */
    REBIRTH_MARKING,
    /** A rebirth has marked the backup of a database, nothing is brought back. */
    REBIRTH_MARKED,
    /** Part of a first snapshot is in the temporary file. */
    SNAPSHOT_PARTIAL,
    /** A first snapshot is complete and synced under its temporary name. */
    SNAPSHOT_SYNCED,
    /** A first snapshot carries the database's name, the log does not start there yet. */
    SNAPSHOT_RENAMED,
    /** A divergent tail is written and synced under a temporary name. */
    RESCUE_WRITTEN,
    /** A divergent tail has its name; nothing is overwritten yet. */
    RESCUE_NAMED,
    /** A later snapshot or diff is received whole, nothing of it is applied. */
    RESYNC_RECEIVED,
    /** A later snapshot or diff is applied and visible, the log does not start there yet. */
    RESYNC_APPLIED,
    /** The backup has the claim to a round, the round's file is not there. */
    BACKUP_CLAIMED,
    /** A round's file is in the backup, nobody was told. */
    BACKUP_UPLOADED,
    /** A compacted file is in the backup, what it replaces is still there. */
    BACKUP_COMPACTED,
    /** An object that the backup no longer needs is about to be deleted. */
    BACKUP_DELETING,
    /** A part of a restored database is durable under its temporary name, and so is the record that says which. */
    RESTORE_RECORDED,
    /** A restored database is whole, checked and synced under its temporary name. */
    RESTORE_CHECKED,
    /** The database that a restore replaces is set aside, its place is empty. */
    RESTORE_SET_ASIDE,
    /** A restored database has its name, and its temporary one too. */
    RESTORE_LINKED;

    public static final String PROPERTY = "replsqlite.failurePoint";
    public static final String ENVIRONMENT = "REPLSQLITE_FAILURE_POINT";
    public static final int HALT_EXIT_CODE = 86;

    public static final int SLOW_MILLIS = 40;

    private enum Action {
        HALT,
        FULL,
        ERROR,
        SLOW,
        HANG
    }

    private record Arming(FailurePoint point, Action action, int atHit, AtomicInteger hits) {}

    private static volatile @Nullable Arming armed = fromEnvironment();

    /** Does nothing unless this point is armed. */
    public void reached() throws IOException {
        Arming arming = armed;
        if (arming != null && arming.point == this) {
            act(arming);
        }
    }

    /** For a step that is one system call, and has to be split for its middle to exist at all. */
    public boolean isArmed() {
        Arming arming = armed;
        return arming != null && arming.point == this;
    }

    private void act(Arming arming) throws IOException {
        int hit = arming.hits.incrementAndGet();
        if (hit < arming.atHit) {
            return;
        }
        switch (arming.action) {
            case HALT -> Runtime.getRuntime().halt(HALT_EXIT_CODE);
            case FULL -> throw new IOException("No space left on device (injected at " + name() + ")");
            case ERROR -> throw new IOException("Input/output error (injected at " + name() + ")");
            case SLOW -> LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(SLOW_MILLIS));
            case HANG -> waitWhile(arming);
        }
    }

    private void waitWhile(Arming arming) {
        while (arming.equals(armed)) {
            LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(SLOW_MILLIS));
        }
    }

    /** Arms one point in this process, or none for an empty text. For tests that need no second process. */
    public static void arm(String specification) {
        armed = parse(specification);
    }

    private static @Nullable Arming fromEnvironment() {
        String property = System.getProperty(PROPERTY);
        String environment = System.getenv(ENVIRONMENT);
        return parse(property != null ? property : environment != null ? environment : "");
    }

    private static @Nullable Arming parse(String specification) {
        if (specification.isEmpty()) {
            return null;
        }
        int equals = specification.indexOf('=');
        if (equals < 0) {
            throw new IllegalArgumentException("a failure point reads NAME=ACTION[@N], got '" + specification + "'");
        }
        String action = specification.substring(equals + 1);
        int at = action.indexOf('@');
        int hit = at < 0 ? 1 : Integer.parseInt(action.substring(at + 1));
        String actionName = at < 0 ? action : action.substring(0, at);
        return new Arming(
                valueOf(specification.substring(0, equals)),
                Action.valueOf(actionName.toUpperCase(java.util.Locale.ROOT)),
                hit,
                new AtomicInteger());
    }
}
