package io.replsqlite.harness.crash;

import io.replsqlite.base.FailurePoint;
import io.replsqlite.harness.crash.CrashCell.Action;
import io.replsqlite.harness.fault.NodePair.Member;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Every failure point in every role that can reach it, and why a role cannot reach the others. */
final class CrashPlan {
    /** Primary only: a follower has no writer, its commits come from the stream. */
    private static final Set<FailurePoint> CAPTURE =
            EnumSet.of(FailurePoint.CAPTURE_COMMITTED, FailurePoint.CAPTURE_FOREIGN_FOUND);

    /** Follower only: a primary never takes pages from another node, it founds its database from its own file. */
    private static final Set<FailurePoint> RECEIVING = EnumSet.of(
            FailurePoint.SNAPSHOT_PARTIAL,
            FailurePoint.SNAPSHOT_SYNCED,
            FailurePoint.SNAPSHOT_RENAMED,
            FailurePoint.RESCUE_WRITTEN,
            FailurePoint.RESCUE_NAMED,
            FailurePoint.RESYNC_RECEIVED,
            FailurePoint.RESYNC_APPLIED);

    /** Commits into the replica file; on a primary only recovery does that, once. */
    private static final Set<FailurePoint> APPLYING = EnumSet.of(
            FailurePoint.APPLY_FRAMES_PARTIAL,
            FailurePoint.APPLY_FRAMES_WRITTEN,
            FailurePoint.APPLY_INDEX_HASHED,
            FailurePoint.APPLY_HEADER_HALF,
            FailurePoint.APPLY_PUBLISHED);

    /** These nodes have no backup; BackupCrashTest has these points. */
    private static final Set<FailurePoint> BACKUP = EnumSet.of(
            FailurePoint.BACKUP_CLAIMED,
            FailurePoint.BACKUP_UPLOADED,
            FailurePoint.BACKUP_COMPACTED,
            FailurePoint.BACKUP_DELETING,
            FailurePoint.RESTORE_RECORDED,
            FailurePoint.RESTORE_CHECKED,
            FailurePoint.RESTORE_SET_ASIDE,
            FailurePoint.RESTORE_LINKED);

    /** No step on a disk: LostCommitTest has it. */
    private static final Set<FailurePoint> TELLING = EnumSet.of(FailurePoint.WRITE_COMMITTED);

    /** These nodes have no elections to speak of; ElectionCrashTest has these points. */
    private static final Set<FailurePoint> ELECTING = EnumSet.of(
            FailurePoint.PROMISE_STORING,
            FailurePoint.PROMISE_PARTIAL,
            FailurePoint.PROMISE_STORED,
            FailurePoint.MEMBERS_STORING,
            FailurePoint.MEMBERS_STORED,
            FailurePoint.HISTORY_PARTIAL,
            FailurePoint.LOST_LOG_NOTING,
            FailurePoint.LOST_LOG_NOTED,
            FailurePoint.REBIRTH_MARKING,
            FailurePoint.REBIRTH_MARKED);

    /** Replacing a log takes three durable steps: the new one exists, is announced, the old one is set aside. */
    private static final int STEPS_OF_A_RESET = 3;

    private final Random random;
    private final List<CrashCell> cells = new ArrayList<>();

    private CrashPlan(long seed) {
        random = new Random(seed);
    }

    /** Why a role cannot reach a point. Every other pair of role and point must have a cell. */
    static Map<Member, Map<FailurePoint, String>> unreachable() {
        Map<FailurePoint, String> primary = new EnumMap<>(FailurePoint.class);
        RECEIVING.forEach(point -> primary.put(point, "a primary never takes pages from another node"));
        primary.put(FailurePoint.APPLY_LOCK_RELEASED, "a primary's WAL starts over by SQLite's own writer");
        Map<FailurePoint, String> follower = new EnumMap<>(FailurePoint.class);
        CAPTURE.forEach(point -> follower.put(point, "a follower's commits come from the stream"));
        BACKUP.forEach(point -> {
            primary.put(point, "no backup");
            follower.put(point, "no backup");
        });
        ELECTING.forEach(point -> {
            primary.put(point, "no election");
            follower.put(point, "no election");
        });
        TELLING.forEach(point -> {
            primary.put(point, "nothing is written there");
            follower.put(point, "nothing is written there");
        });
        return Map.of(Member.PRIMARY, primary, Member.FOLLOWER, follower);
    }

    /** A node dies at every point. */
    static List<CrashCell> halts(long seed) {
        CrashPlan plan = new CrashPlan(seed);
        plan.addAll(Action.HALT, Action.HALT);
        return plan.cells;
    }

    /** The disk fails at every point on a durable step: full on one role, broken on the other. */
    static List<CrashCell> failures(long seed) {
        CrashPlan plan = new CrashPlan(seed);
        plan.addAll(Action.FULL, Action.ERROR);
        return plan.cells;
    }

    /**
     * One cell for each point, by number another one: as many successive numbers as a point has cells have them all.
     */
    static Set<CrashCell> sample(List<CrashCell> cells, long number) {
        Map<FailurePoint, List<CrashCell>> ofPoint = new EnumMap<>(FailurePoint.class);
        cells.forEach(cell -> ofPoint.computeIfAbsent(cell.point(), point -> new ArrayList<>())
                .add(cell));
        Set<CrashCell> sampled = new LinkedHashSet<>();
        ofPoint.forEach((point, own) ->
                sampled.add(own.get((int) Math.floorMod(number + point.ordinal(), (long) own.size()))));
        return sampled;
    }

    private void addAll(Action onPrimary, Action onFollower) {
        boolean swapped = false;
        EnumSet<FailurePoint> points = EnumSet.allOf(FailurePoint.class);
        points.removeAll(BACKUP);
        points.removeAll(TELLING);
        points.removeAll(ELECTING);
        for (FailurePoint point : points) {
            addPrimary(point, swapped ? onFollower : onPrimary);
            addFollower(point, swapped ? onPrimary : onFollower);
            swapped = !swapped;
        }
    }

    private void addPrimary(FailurePoint point, Action action) {
        if (point == FailurePoint.LOG_RESETTING) {
            addResets(Member.PRIMARY, action, Recipe.FRESH_PAIR, STEPS_OF_A_RESET);
        } else if (APPLYING.contains(point)) {
            add(point, Member.PRIMARY, action, 1, Recipe.LOST_WAL);
        } else if (point == FailurePoint.CAPTURE_FOREIGN_FOUND) {
            add(point, Member.PRIMARY, action, 1, Recipe.FOREIGN_ON_PRIMARY);
        } else if (!RECEIVING.contains(point) && point != FailurePoint.APPLY_LOCK_RELEASED) {
            add(point, Member.PRIMARY, action, hitOf(point), Recipe.STEADY);
        }
    }

    private void addFollower(FailurePoint point, Action action) {
        if (point == FailurePoint.LOG_RESETTING) {
            addResets(Member.FOLLOWER, action, Recipe.FRESH_FOLLOWER, STEPS_OF_A_RESET);
            addResets(Member.FOLLOWER, action, Recipe.FOREIGN_FOLLOWER, STEPS_OF_A_RESET);
        } else if (point.name().startsWith("SNAPSHOT_")) {
            // the first hit: a small database arrives in a single run of pages, so a later one may never come
            add(point, Member.FOLLOWER, action, 1, Recipe.FRESH_FOLLOWER);
        } else if (point.name().startsWith("RESCUE_")) {
            add(point, Member.FOLLOWER, action, 1, Recipe.LEFTOVERS_ON_FOLLOWER);
        } else if (point.name().startsWith("RESYNC_")) {
            add(point, Member.FOLLOWER, action, 1, Recipe.FOREIGN_FOLLOWER);
        } else if (!CAPTURE.contains(point)) {
            add(point, Member.FOLLOWER, action, hitOf(point), Recipe.STEADY);
        }
    }

    /** A process dies at each step; a disk that fails does so from one of the steps on. */
    private void addResets(Member member, Action action, Recipe recipe, int steps) {
        if (action != Action.HALT) {
            add(FailurePoint.LOG_RESETTING, member, action, 1 + random.nextInt(steps), recipe);
            return;
        }
        for (int step = 1; step <= steps; step++) {
            add(FailurePoint.LOG_RESETTING, member, action, step, recipe);
        }
    }

    private void add(FailurePoint point, Member member, Action action, int hit, Recipe recipe) {
        cells.add(new CrashCell(point, member, action, hit, recipe));
    }

    /** Anywhere in the first second or so of a node under the writer. */
    private int hitOf(FailurePoint point) {
        int range = switch (point) {
            case LOG_SEGMENT_CREATED, LOG_SEGMENT_DURABLE, CHECKPOINT_COPIED, APPLY_LOCK_RELEASED -> 3;
            case LOG_SEGMENT_DELETING -> 2;
            case CHECKPOINT_STARTING, CHECKSUMS_PARTIAL, CHECKSUMS_SYNCED -> 5;
            case METADATA_WRITTEN, METADATA_RENAMED -> 8;
            default -> 60;
        };
        return 1 + random.nextInt(range);
    }
}
