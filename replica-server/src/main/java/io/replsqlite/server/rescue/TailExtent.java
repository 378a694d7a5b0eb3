package io.replsqlite.server.rescue;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.Txid;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** How much a tail is: its transactions, and which pages they have changed. */
public final class TailExtent implements CommitVisitor {
    private final BitSet pages = new BitSet();
    private Epoch lastEpoch = Epoch.NONE;
    private int keptPages = Integer.MAX_VALUE - 1;
    private int commits;
    private int notLogged;
    private @Nullable Txid first;
    private @Nullable Txid last;

    @Override
    public void begin(TailCommit commit) {
        lastEpoch = commit.epoch();
        keptPages = Math.min(keptPages, commit.databasePages());
        commits++;
        notLogged += commit.logged() ? 0 : 1;
        first = first == null ? commit.txid() : first;
        last = commit.txid();
    }

    @Override
    public void page(int pageNumber, byte[] bytes) {
        pages.set(pageNumber);
    }

    @Override
    public void end() {}

    /** The numbers of the pages changed. */
    public BitSet pages() {
        return pages;
    }

    /** The least size that the database has had after a transaction; the largest number there is if there was none. */
    public int keptPages() {
        return keptPages;
    }

    public int commits() {
        return commits;
    }

    /** How many of the transactions are not in the log. */
    public int notLogged() {
        return notLogged;
    }

    public boolean isEmpty() {
        return commits == 0;
    }

    /** The epoch of the last transaction. */
    Epoch lastEpoch() {
        return lastEpoch;
    }

    Txid first() {
        return required(first);
    }

    Txid last() {
        return required(last);
    }

    private static Txid required(@Nullable Txid txid) {
        if (txid == null) {
            throw new IllegalStateException("the tail is empty");
        }
        return txid;
    }
}
