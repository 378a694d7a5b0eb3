package io.replsqlite.server.ltx;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a file to its end, or to the first fault, and tells what it saw. */
public final class LtxInspector {
    private LtxInspector() {}

    /**
     * @param listedPages how many pages the report lists at most
     * @throws IOException if the input fails; a fault of the file is part of the report
     */
    public static LtxReport inspect(InputStream file, int listedPages) throws IOException {
        LtxDecoder decoder = new LtxDecoder();
        LtxPage page = new LtxPage();
        List<LtxReport.Page> pages = new ArrayList<>();
        @Nullable LtxHeader header = null;
        long pageCount = 0;
        try {
            header = decoder.begin(file);
            for (; decoder.nextPage(page); pageCount++) {
                if (pageCount < listedPages) {
                    pages.add(LtxReport.Page.of(page));
                }
            }
            return new LtxReport(header, pages, pageCount, decoder.finish(), null);
        } catch (LtxFormatException e) {
            return new LtxReport(header, pages, pageCount, null, e.getMessage());
        }
    }
}
