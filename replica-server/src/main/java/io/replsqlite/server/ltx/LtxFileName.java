package io.replsqlite.server.ltx;

import io.replsqlite.base.Hex;
import io.replsqlite.base.Txid;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code MIN-MAX.ltx}, each txid as 16 lower-case hex digits: the name of a file, which sorts by its first txid. */
public record LtxFileName(Txid minTxid, Txid maxTxid) implements Comparable<LtxFileName> {
    public static final String EXTENSION = ".ltx";

    private static final Pattern FORM = Pattern.compile("([0-7][0-9a-f]{15})-([0-7][0-9a-f]{15})\\.ltx");

    public LtxFileName {
        if (minTxid.value() < 1 || minTxid.isAfter(maxTxid)) {
            throw new IllegalArgumentException("not a range of txids: " + minTxid + " to " + maxTxid);
        }
    }

    public static LtxFileName of(LtxHeader header) {
        return new LtxFileName(header.minTxid(), header.maxTxid());
    }

    /** @return nothing if the text is not the name of an LTX file, as of any stranger in a directory listing */
    public static Optional<LtxFileName> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long min = Hex.parse(matcher.group(1));
        long max = Hex.parse(matcher.group(2));
        return min >= 1 && min <= max ? Optional.of(new LtxFileName(new Txid(min), new Txid(max))) : Optional.empty();
    }

    @Override
    public int compareTo(LtxFileName other) {
        int byMin = minTxid.compareTo(other.minTxid);
        return byMin != 0 ? byMin : maxTxid.compareTo(other.maxTxid);
    }

    @Override
    public String toString() {
        return minTxid + "-" + maxTxid + EXTENSION;
    }
}
