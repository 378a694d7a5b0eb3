package io.replsqlite.server.btree;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;

/**
 * Which pages make up one b-tree. Reads the interior pages only: all leaves are equally deep, so that the one on the far
 * left tells where they begin.
 *
 * @param interior page numbers
 * @param leaves page numbers
 */
public record TreeShape(int root, boolean isOfTable, BitSet interior, BitSet leaves) {
    private static final int MAX_DEPTH = 20;

    private record Place(int page, int height) {}

    public static TreeShape of(PageView view, int root, DatabaseFormat format) throws IOException {
        int height = heightOf(view, root, format);
        boolean isOfTable = BtreePage.of(view, root, format).isOfTable();
        TreeShape shape = new TreeShape(root, isOfTable, new BitSet(), new BitSet());
        Deque<Place> open = new ArrayDeque<>();
        open.push(new Place(root, height));
        while (!open.isEmpty()) {
            Place place = open.pop();
            shape.claim(place);
            if (place.height > 0) {
                pushChildren(BtreePage.of(view, place.page, format), place, isOfTable, open);
            }
        }
        return shape;
    }

    private static int heightOf(PageView view, int root, DatabaseFormat format) throws IOException {
        BtreePage page = BtreePage.of(view, root, format);
        int height = 0;
        while (page.isInterior()) {
            height++;
            if (height > MAX_DEPTH) {
                throw new UnreadablePageException("the b-tree of page " + root + " is deeper than any can be");
            }
            page = BtreePage.of(view, page.child(0), format);
        }
        return height;
    }

    private void claim(Place place) throws UnreadablePageException {
        if (contains(place.page)) {
            throw new UnreadablePageException("page " + place.page + " is twice in the b-tree of page " + root);
        }
        (place.height > 0 ? interior : leaves).set(place.page);
    }

    private static void pushChildren(BtreePage page, Place place, boolean isOfTable, Deque<Place> open)
            throws UnreadablePageException {
        if (!page.isInterior() || page.isOfTable() != isOfTable) {
            throw new UnreadablePageException("page " + place.page + " is not the interior page it must be");
        }
        for (int i = 0; i < page.children(); i++) {
            open.push(new Place(page.child(i), place.height - 1));
        }
    }

    public boolean contains(int page) {
        return interior.get(page) || leaves.get(page);
    }

    /** The pages on which rows stand. */
    public BitSet rowPages() {
        BitSet pages = (BitSet) leaves.clone();
        if (!isOfTable) {
            pages.or(interior);
        }
        return pages;
    }

    /** Whether the shape is still so after these pages have changed. */
    public boolean survives(BitSet changed) {
        return !interior.intersects(changed) && !changed.get(root);
    }
}
