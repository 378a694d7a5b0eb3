package io.replsqlite.server.backup.layout;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.Position;
import io.replsqlite.base.Txid;
import io.replsqlite.server.ltx.LtxFileName;
import java.util.List;
import java.util.UUID;

/** One upload: whose txids these are, in which states they end. See the package's documentation. */
public record Round(Kind kind, UUID databaseId, Epoch uploader, Txid first, List<RoundCommit> commits) {
    /** What the objects of a round hold. */
    public enum Kind {
        COMMITS,
        BASE
    }

    /** No round has more. */
    public static final int MAX_COMMITS = 4096;

    public Round {
        commits = List.copyOf(commits);
        require(!commits.isEmpty() && commits.size() <= MAX_COMMITS, "number of commits");
        require(first.value() > 0, "first txid");
        require(kind == Kind.COMMITS || commits.size() == 1, "a base is one state");
        long expected = kind == Kind.COMMITS ? first.value() : commits.get(0).txid();
        require(expected >= first.value(), "a base that ends before it begins");
        for (RoundCommit commit : commits) {
            require(commit.txid() == expected++, "txids without gaps");
        }
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException("invalid round: " + what);
        }
    }

    public RoundCommit last() {
        return commits.get(commits.size() - 1);
    }

    /** Where the backup stands after this round. */
    public Position end() {
        return last().position();
    }

    /** The file that holds what this round brings. */
    public LtxFileName file() {
        return kind == Kind.COMMITS ? new LtxFileName(first, end().txid()) : new LtxFileName(new Txid(1), end().txid());
    }

    /** The level of {@link #file}. */
    public int level() {
        return kind == Kind.COMMITS ? 0 : BackupKeys.SNAPSHOT_LEVEL;
    }

    /** Whether each commit's own change set is in the round. */
    public boolean holdsEachCommit() {
        return commits.stream().allMatch(commit -> commit.ltx() != null);
    }

    /** Whether both bring the same states, whoever uploads them. */
    public boolean isSameHistory(Round other) {
        return first.equals(other.first) && end().equals(other.end());
    }
}
