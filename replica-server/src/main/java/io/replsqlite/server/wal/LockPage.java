package io.replsqlite.server.wal;

/** The page that holds SQLite's lock bytes at 1 GiB: never written, never in a WAL, absent from every change set. */
public final class LockPage {
    private static final long PENDING_BYTE = 0x40000000;

    private LockPage() {}

    /** Its page number, whether or not the database reaches that far. */
    public static int number(int pageSize) {
        return (int) (PENDING_BYTE / pageSize) + 1;
    }
}
