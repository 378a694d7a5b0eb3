package io.replsqlite.server.ltx;

import io.replsqlite.base.Txid;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Merges files that follow each other into one that has the same effect as all of them: of each page the newest version,
 * of pages beyond the end of the database none. Streams: memory is two pages and some buffers per input.
 *
 * <p>Each input continues the one before: it may begin at or before the txid after that one's last, and must end later
 * (Litestream's rule; an overlap comes from inputs that were themselves compacted differently).
 *
 * <p>A page counts only if the database never ended before it in a later input: a file that shrinks the database and
 * one that grows it again must bring every page of that growth, or the merge is refused. SQLite always writes them.
 */
public final class LtxCompactor {
    /** All inputs are open at once. */
    public static final int MAX_INPUTS = 1024;

    private static final Comparator<Input> BY_PAGE_NEWEST_FIRST =
            Comparator.<Input>comparingInt(input -> input.page.number()).thenComparingInt(input -> -input.order);

    /** One file being read, standing at a page. */
    private static final class Input {
        private final LtxDecoder decoder = new LtxDecoder();
        private final LtxPage page = new LtxPage();
        private final LtxHeader header;
        /** The place in the list of inputs. */
        private final int order;
        /** The lowest page count the database had after a later input; no page above it survives. */
        private int survivingPages;

        Input(InputStream stream, int order) throws IOException {
            this.order = order;
            try {
                this.header = decoder.begin(stream);
            } catch (LtxFormatException e) {
                throw e.in("input " + order);
            }
        }

        /** @return whether the input stands at a page again; if not, it has been verified */
        boolean advance() throws IOException {
            try {
                if (decoder.nextPage(page)) {
                    return true;
                }
                decoder.finish();
                return false;
            } catch (LtxFormatException e) {
                throw e.in("input " + order);
            }
        }

        boolean survives() {
            return page.number() <= survivingPages;
        }
    }

    private final List<Input> inputs;
    private final PriorityQueue<Input> queue = new PriorityQueue<>(BY_PAGE_NEWEST_FIRST);
    private final LtxEncoder encoder = new LtxEncoder();
    private final LtxHeader header;
    /** Every page above this one is new since the first input, so it must come. */
    private final int lowestCommit;

    private int lastPage;

    /**
     * Returns normally only if every input was whole and valid; otherwise what the sink has is worthless.
     *
     * @param streams the inputs, oldest first; each ends with its file; none is closed
     * @return the header of the new file
     * @throws LtxFormatException if an input is damaged, or they do not fit together; the message begins with its place
     *     in the list
     */
    public static LtxHeader compact(List<? extends InputStream> streams, LtxSink sink) throws IOException {
        if (streams.isEmpty() || streams.size() > MAX_INPUTS) {
            throw new IllegalArgumentException(streams.size() + " inputs; possible are 1 to " + MAX_INPUTS);
        }
        return new LtxCompactor(open(streams)).merge(sink);
    }

    private static List<Input> open(List<? extends InputStream> streams) throws IOException {
        List<Input> inputs = new ArrayList<>(streams.size());
        for (InputStream stream : streams) {
            Input input = new Input(stream, inputs.size());
            if (!inputs.isEmpty()) {
                checkFollows(inputs.get(inputs.size() - 1).header, input.header, input.order);
            }
            inputs.add(input);
        }
        return inputs;
    }

    private static void checkFollows(LtxHeader previous, LtxHeader next, int order) throws LtxFormatException {
        if (next.pageSize() != previous.pageSize()) {
            throw new LtxFormatException(
                    "input " + order + ": page size " + next.pageSize() + " after " + previous.pageSize(), 8);
        }
        Txid expected = previous.maxTxid().next();
        if (next.minTxid().isAfter(expected)) {
            throw new LtxFormatException(
                    "input " + order + ": begins with txid " + next.minTxid() + ", expected is " + expected, 16);
        }
        if (!next.maxTxid().isAfter(previous.maxTxid())) {
            throw new LtxFormatException(
                    "input " + order + ": ends with txid " + next.maxTxid() + ", not after " + previous.maxTxid(), 24);
        }
    }

    private LtxCompactor(List<Input> inputs) throws LtxFormatException {
        this.inputs = inputs;
        LtxHeader first = inputs.get(0).header;
        LtxHeader last = inputs.get(inputs.size() - 1).header;
        if (last.commit() == 0) {
            throw new LtxFormatException("the last input deletes the database, nothing is left to compact to", 12);
        }
        header = LtxHeader.of(last.pageSize(), last.commit(), first.minTxid(), last.maxTxid(), last.timestampMillis());
        int lowest = last.commit();
        for (int i = inputs.size() - 1; i >= 0; i--) {
            inputs.get(i).survivingPages = lowest;
            lowest = Math.min(lowest, inputs.get(i).header.commit());
        }
        lowestCommit = header.isSnapshot() ? 0 : lowest;
    }

    private LtxHeader merge(LtxSink sink) throws IOException {
        encoder.begin(sink, header);
        for (Input input : inputs) {
            advance(input);
        }
        while (!queue.isEmpty()) {
            takeNewest();
        }
        requirePagesUpTo(header.commit() + 1L);
        encoder.finish();
        return header;
    }

    /** Takes the lowest page number that any input stands at, and moves on all inputs that stand there. */
    private void takeNewest() throws IOException {
        Input newest = queue.remove();
        int number = newest.page.number();
        if (newest.survives()) {
            requirePagesUpTo(number);
            encoder.page(number, newest.page.bytes(), 0);
            lastPage = number;
        }
        advance(newest);
        while (!queue.isEmpty() && queue.element().page.number() == number) {
            advance(queue.remove());
        }
    }

    private void advance(Input input) throws IOException {
        if (input.advance()) {
            queue.add(input);
        }
    }

    /** Refuses a hole, between the last page written and {@code pageNumber}, where the database has grown. */
    private void requirePagesUpTo(long pageNumber) throws LtxFormatException {
        long expected = LtxFormat.pageAfter(Math.max(lastPage, lowestCommit), header.pageSize());
        if (pageNumber > expected && expected <= header.commit()) {
            throw new LtxFormatException("page " + expected + " is part of the database but in none of the inputs", 0);
        }
    }
}
