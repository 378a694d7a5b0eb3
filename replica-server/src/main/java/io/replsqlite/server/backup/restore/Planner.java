package io.replsqlite.server.backup.restore;

import io.replsqlite.server.backup.layout.BackupObject;
import io.replsqlite.server.backup.layout.Catalogue;
import io.replsqlite.server.backup.layout.Generation;
import io.replsqlite.server.backup.layout.Round;
import io.replsqlite.server.backup.layout.RoundCommit;
import io.replsqlite.server.backup.restore.RestorePoint.AtMoment;
import io.replsqlite.server.backup.restore.RestorePoint.AtToken;
import io.replsqlite.server.backup.restore.RestorePoint.AtTxid;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Chooses what to read for a point: the fewest files, then single commits. Proves that they follow each other. */
public final class Planner {
    private final Catalogue catalogue;
    private final @Nullable Generation generation;

    public Planner(Catalogue catalogue, @Nullable Generation generation) {
        this.catalogue = catalogue;
        this.generation = generation;
    }

    /** @throws RestoreException if the point is not there; the message says what is */
    public RestorePlan plan(RestorePoint point) throws IOException {
        if (point instanceof AtTxid at) {
            return reaching(at.txid().value());
        }
        if (point instanceof AtToken token) {
            return atToken(token);
        }
        if (point instanceof AtMoment moment) {
            return reaching(txidAt(moment.millis()));
        }
        return latest();
    }

    private RestorePlan latest() throws IOException {
        List<BackupObject> files = chain(Long.MAX_VALUE);
        long reached = end(files);
        long newest = catalogue.ends().last();
        if (newest > reached) {
            throw new RestoreException(
                    "the files end at txid " + reached + ", then there is a gap, and files up to txid " + newest
                            + " follow",
                    "restore --txid " + reached + ", or wait until the primary has healed the backup");
        }
        return withNewestRound(files, reached);
    }

    /** A round has its claim before its file: what was claimed last may be all there is of it. */
    private RestorePlan withNewestRound(List<BackupObject> files, long reached) throws IOException {
        Round last = catalogue.newestRound();
        long claimed =
                last == null ? reached : Math.max(reached, last.end().txid().value());
        boolean holds = last != null && last.first().value() <= reached + 1 && last.holdsEachCommit();
        if (last == null || claimed == reached || !holds) {
            return planned(files, List.of(), reached, claimed);
        }
        List<RoundCommit> steps = last.commits().stream()
                .filter(commit -> commit.txid() > reached)
                .toList();
        return planned(files, steps, claimed, claimed);
    }

    private RestorePlan reaching(long txid) throws IOException {
        List<BackupObject> files = chain(txid);
        long reached = end(files);
        List<RoundCommit> steps = reached == txid ? List.of() : steps(reached, txid);
        return planned(files, steps, txid, txid);
    }

    private RestorePlan planned(List<BackupObject> files, List<RoundCommit> steps, long txid, long claimed)
            throws IOException {
        return new RestorePlan(files, steps, txid, claimed, catalogue.stateAt(txid));
    }

    private static long end(List<BackupObject> files) {
        return files.get(files.size() - 1).max();
    }

    /** The newest whole database up to a txid, then always the file that reaches furthest. */
    private List<BackupObject> chain(long limit) throws RestoreException {
        List<BackupObject> usable =
                catalogue.files().stream().filter(file -> file.max() <= limit).toList();
        BackupObject base = usable.stream()
                .filter(file -> file.min() == 1)
                .max(Comparator.comparingLong(BackupObject::max).thenComparingInt(BackupObject::level))
                .orElseThrow(() -> outOfRange("txid " + limit));
        List<BackupObject> chain = new ArrayList<>(List.of(base));
        Optional<BackupObject> next = following(base.max(), usable);
        while (next.isPresent()) {
            chain.add(next.get());
            next = following(next.get().max(), usable);
        }
        return chain;
    }

    private static Optional<BackupObject> following(long reached, List<BackupObject> usable) {
        return usable.stream()
                .filter(file -> file.min() <= reached + 1 && file.max() > reached)
                .max(Comparator.comparingLong(BackupObject::max).thenComparingInt(BackupObject::level));
    }

    private RestoreException outOfRange(String what) {
        if (catalogue.oldest().isEmpty()) {
            return new RestoreException(
                    "the backup holds no whole database yet: its first snapshot is missing or under way",
                    "wait for the primary to finish it; `status` shows how far it is");
        }
        return new RestoreException(
                what + " is not in the backup, which reaches from txid "
                        + catalogue.oldest().getAsLong() + " to txid "
                        + catalogue.ends().last(),
                "choose a point within");
    }

    /** The commits between two txids, one by one, as their round has them. */
    private List<RoundCommit> steps(long reached, long txid) throws IOException {
        NavigableSet<Long> ends = catalogue.ends();
        if (ends.last() < txid) {
            throw outOfRange("txid " + txid);
        }
        Round round = catalogue.roundWith(txid);
        boolean holds = round != null && round.first().value() <= reached + 1 && round.holdsEachCommit();
        if (round == null || !holds) {
            throw new RestoreException(
                    "txid " + txid + " is not restorable on its own any more: it was merged with its neighbours",
                    "choose txid " + reached + " before it or txid " + ends.ceiling(txid) + " after it");
        }
        return round.commits().stream()
                .filter(commit -> commit.txid() > reached && commit.txid() <= txid)
                .toList();
    }

    private RestorePlan atToken(AtToken token) throws IOException {
        if (generation != null && !generation.databaseId().equals(token.databaseId())) {
            throw new RestoreException(
                    "the token is of database " + token.databaseId() + ", the backup of " + generation.databaseId(),
                    "give the URL of that database's backup");
        }
        RestorePlan plan = reaching(token.txid().value());
        RoundCommit state = plan.expected();
        if (state != null && state.position().epoch().isAfter(token.epoch())) {
            throw new RestoreException(
                    "what the token saw at txid " + token.txid() + " in epoch " + token.epoch()
                            + " was lost in a failover: that txid belongs to epoch "
                            + state.position().epoch(),
                    "look for it in an older generation (--generation), or choose another point");
        }
        return plan;
    }

    /** The last commit that is not later than a moment. */
    private long txidAt(long millis) throws IOException {
        List<Long> ends =
                List.copyOf(catalogue.ends().tailSet(catalogue.oldest().orElseThrow(() -> outOfRange(""))));
        long newest = catalogue.timeOfEnd(ends.get(ends.size() - 1));
        if (millis > newest) {
            throw outOfTime(millis, ends.get(0), newest);
        }
        int low = -1;
        int high = ends.size() - 1;
        while (high - low > 1) {
            int middle = (low + high) >>> 1;
            if (catalogue.timeOfEnd(ends.get(middle)) <= millis) {
                low = middle;
            } else {
                high = middle;
            }
        }
        if (newest == millis) {
            low = ends.size() - 1;
        }
        if (low < 0) {
            throw outOfTime(millis, ends.get(0), newest);
        }
        return lastWithin(ends.get(low), millis);
    }

    private RestoreException outOfTime(long millis, long oldest, long newest) throws IOException {
        return new RestoreException(
                Instant.ofEpochMilli(millis) + " is not in the backup, which reaches from "
                        + Instant.ofEpochMilli(catalogue.timeOfEnd(oldest)) + " (txid " + oldest + ") to "
                        + Instant.ofEpochMilli(newest) + " (txid "
                        + catalogue.ends().last() + ")",
                "choose a moment within, or leave --timestamp out for the newest state");
    }

    /** Goes on within the round behind a file's end, if it still is there. */
    private long lastWithin(long end, long millis) throws IOException {
        Round round = catalogue.roundWith(end + 1);
        long last = end;
        if (round != null && round.kind() == Round.Kind.COMMITS) {
            for (RoundCommit commit : round.commits()) {
                if (commit.timestampMillis() > millis) {
                    break;
                }
                last = Math.max(last, commit.txid());
            }
        }
        return last;
    }
}
