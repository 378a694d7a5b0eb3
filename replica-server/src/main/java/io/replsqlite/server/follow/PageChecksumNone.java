package io.replsqlite.server.follow;

/** The checksum that no page has. */
final class PageChecksumNone {
    /** In a resync request: send this page, whatever it is. */
    static final long DISTRUSTED = 0;

    private PageChecksumNone() {}
}
