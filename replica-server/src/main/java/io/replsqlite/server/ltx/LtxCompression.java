package io.replsqlite.server.ltx;

/** What an encoder does to pages; every reader reads either. */
public enum LtxCompression {
    /** LZ4 where it makes the page smaller. */
    LZ4,
    /** Pages as they are: a third of the time, about twice the size. */
    STORED
}
