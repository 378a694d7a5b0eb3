package io.replsqlite.base;

import java.util.HexFormat;

/** 64-bit values as 16 lower-case hex digits, the text form of txid, epoch and checksum everywhere. */
public final class Hex {
    private static final HexFormat FORMAT = HexFormat.of();

    private Hex() {}

    public static String of(long value) {
        return FORMAT.toHexDigits(value);
    }

    /** @throws IllegalArgumentException unless the text is exactly 16 hex digits */
    public static long parse(CharSequence text) {
        if (text.length() != 16) {
            throw new IllegalArgumentException("expected 16 hex digits, got '" + text + "'");
        }
        return HexFormat.fromHexDigitsToLong(text);
    }
}
