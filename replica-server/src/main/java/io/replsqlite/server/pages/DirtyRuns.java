package io.replsqlite.server.pages;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** Neighbouring dirty entries as one run, so that the checksum file gets few, larger writes. */
final class DirtyRuns implements Iterator<PageChecksums.Run> {
    private static final int MAX_RUN = 8192;

    private final BitSet dirty;
    private final long[] values;
    private int next;

    DirtyRuns(BitSet dirty, long[] values) {
        this.dirty = dirty;
        this.values = values;
        this.next = dirty.nextSetBit(0);
    }

    @Override
    public boolean hasNext() {
        return next >= 0;
    }

    @Override
    public PageChecksums.Run next() {
        if (next < 0) {
            throw new NoSuchElementException();
        }
        int first = next;
        int end = Math.min(dirty.nextClearBit(first), first + MAX_RUN);
        next = dirty.nextSetBit(end);
        return new PageChecksums.Run(first, Arrays.copyOfRange(values, first, end));
    }
}
