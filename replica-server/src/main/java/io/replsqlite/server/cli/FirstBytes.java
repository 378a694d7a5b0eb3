package io.replsqlite.server.cli;

import java.util.Arrays;

/** Compares a file's first bytes with a magic number. */
final class FirstBytes {
    private FirstBytes() {}

    static boolean startWith(byte[] first, byte[] magic) {
        return first.length >= magic.length && Arrays.equals(magic, 0, magic.length, first, 0, magic.length);
    }
}
