package io.replsqlite.server.pages;

import java.util.Arrays;

/** A map from page number to slot, open addressing over two int arrays: no boxing, cleared without freeing. */
final class PageSlots {
    private static final int ABSENT = -1;

    private int[] pages = new int[256];
    private int[] slots = new int[256];
    private int size;

    int size() {
        return size;
    }

    /** The slot of a page, or -1. */
    int get(int page) {
        for (int at = home(page); pages[at] != 0; at = (at + 1) & (pages.length - 1)) {
            if (pages[at] == page) {
                return slots[at];
            }
        }
        return ABSENT;
    }

    void put(int page, int slot) {
        if (2 * (size + 1) > pages.length) {
            grow();
        }
        int at = home(page);
        while (pages[at] != 0 && pages[at] != page) {
            at = (at + 1) & (pages.length - 1);
        }
        if (pages[at] == 0) {
            pages[at] = page;
            size++;
        }
        slots[at] = slot;
    }

    /** Forgets pages above a number; their slots stay unused until {@link #clear}. */
    void removeAbove(int lastPage) {
        for (int i = 0; i < pages.length; i++) {
            if (pages[i] > lastPage) {
                slots[i] = ABSENT;
            }
        }
    }

    /** All page numbers up to {@code limit}, ascending. */
    int[] sortedPages(int limit) {
        int[] sorted = new int[size];
        int count = 0;
        for (int i = 0; i < pages.length; i++) {
            if (pages[i] != 0 && pages[i] <= limit && slots[i] != ABSENT) {
                sorted[count++] = pages[i];
            }
        }
        int[] result = count == size ? sorted : Arrays.copyOf(sorted, count);
        Arrays.sort(result);
        return result;
    }

    void clear() {
        if (size > 0) {
            Arrays.fill(pages, 0);
            size = 0;
        }
    }

    private int home(int page) {
        return (page * 0x9E3779B1) >>> (Integer.numberOfLeadingZeros(pages.length) + 1);
    }

    private void grow() {
        int[] oldPages = pages;
        int[] oldSlots = slots;
        pages = new int[oldPages.length * 2];
        slots = new int[oldPages.length * 2];
        size = 0;
        for (int i = 0; i < oldPages.length; i++) {
            if (oldPages[i] != 0) {
                put(oldPages[i], oldSlots[i]);
            }
        }
    }
}
