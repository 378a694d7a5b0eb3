package io.replsqlite.server.capture;

import io.replsqlite.server.scan.PageScan;
import java.io.IOException;

/** The pages in which a database differs from what its checksums say. */
public final class PageDifference implements ChangeSetWriter.Pages {
    private final PageScan scan;
    private final int[] pageNumbers;

    public PageDifference(PageScan scan, int[] pageNumbers) {
        this.scan = scan;
        this.pageNumbers = pageNumbers;
    }

    public int databasePages() {
        return scan.databasePages();
    }

    @Override
    public int count() {
        return pageNumbers.length;
    }

    @Override
    public int pageNumber(int index) {
        return pageNumbers[index];
    }

    @Override
    public void read(int index, byte[] into) throws IOException {
        scan.read(pageNumbers[index], into);
    }
}
