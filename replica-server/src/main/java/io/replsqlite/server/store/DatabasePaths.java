package io.replsqlite.server.store;

import java.nio.file.Path;

/** Where the files of one database are: the SQLite file, and its directory {@code NAME.db-replsqlite} beside it. */
public record DatabasePaths(Path databaseFile) {
    public static DatabasePaths of(Path nodeDirectory, String name) {
        return new DatabasePaths(nodeDirectory.resolve(name + ".db"));
    }

    public Path walFile() {
        return sibling("-wal");
    }

    public Path walIndexFile() {
        return sibling("-shm");
    }

    public Path stateDirectory() {
        return sibling("-replsqlite");
    }

    public Path logDirectory() {
        return stateDirectory().resolve("log");
    }

    public Path checkpointFile() {
        return stateDirectory().resolve("checkpoint");
    }

    public Path checksumFile() {
        return stateDirectory().resolve("checksums");
    }

    public Path statusFile() {
        return stateDirectory().resolve("status");
    }

    /** Read by drivers on this host. */
    public Path tokenFile() {
        return stateDirectory().resolve("token");
    }

    /** Which PEM files to use for TLS, read by drivers on this host; absent if the node uses none. */
    public Path tlsFile() {
        return stateDirectory().resolve("tls");
    }

    /** Exists while pages from a resync may be in the replica file that neither log nor checksums know of. */
    public Path resyncMarker() {
        return stateDirectory().resolve("resync");
    }

    /** Exists while the log lacks something that this node may have acknowledged; see {@link LostLog}. */
    public Path lostLogMarker() {
        return stateDirectory().resolve("lost-log");
    }

    public Path spoolFile() {
        return stateDirectory().resolve("spool");
    }

    private Path sibling(String suffix) {
        return databaseFile.resolveSibling(databaseFile.getFileName() + suffix);
    }
}
