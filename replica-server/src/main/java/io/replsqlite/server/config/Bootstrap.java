package io.replsqlite.server.config;

/** Where a node without a copy of a database takes it from. */
public enum Bootstrap {
    PRIMARY,
    /** What the backup lacks, or all if it is of no use, comes from the primary. */
    BACKUP
}
