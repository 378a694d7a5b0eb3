package io.replsqlite.server.ltx;

import io.replsqlite.base.Txid;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/** Whole files in memory, by the encoder and the decoder under test. */
final class LtxFiles {
    /** What a file holds. */
    record Content(LtxHeader header, SortedMap<Integer, byte[]> pages, LtxTrailer trailer) {}

    private LtxFiles() {}

    static byte[] encode(LtxHeader header, SortedMap<Integer, byte[]> pages) throws IOException {
        return encode(new LtxEncoder(), header, pages);
    }

    static byte[] encode(LtxEncoder encoder, LtxHeader header, SortedMap<Integer, byte[]> pages) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        encoder.begin(out::write, header);
        for (Map.Entry<Integer, byte[]> page : pages.entrySet()) {
            encoder.page(page.getKey(), page.getValue(), 0);
        }
        encoder.finish();
        return out.toByteArray();
    }

    static Content decode(byte[] file) throws IOException {
        return decode(new LtxDecoder(), new LtxPage(), file);
    }

    static Content decode(LtxDecoder decoder, LtxPage page, byte[] file) throws IOException {
        LtxHeader header = decoder.begin(new ByteArrayInputStream(file));
        SortedMap<Integer, byte[]> pages = new TreeMap<>();
        while (decoder.nextPage(page)) {
            pages.put(page.number(), Arrays.copyOf(page.bytes(), page.size()));
        }
        return new Content(header, pages, decoder.finish());
    }

    static LtxHeader header(int pageSize, int commit, long min, long max) {
        return LtxHeader.of(pageSize, commit, new Txid(min), new Txid(max), 1000 * max);
    }

    /** A page between all zero and all random, mostly of the kind that compresses somewhat. */
    static byte[] somePage(Random random, int pageSize) {
        byte[] page = new byte[pageSize];
        int kind = random.nextInt(4);
        if (kind == 0) {
            return page;
        }
        random.nextBytes(page);
        if (kind == 1) {
            return page;
        }
        for (int at = random.nextInt(20); at < pageSize; ) {
            int length = Math.min(pageSize - at, 1 + random.nextInt(kind == 2 ? 30 : 600));
            int from = random.nextInt(at + 1);
            for (int i = 0; i < length; i++) {
                page[at + i] = page[from + i];
            }
            at += length + random.nextInt(24);
        }
        return page;
    }
}
