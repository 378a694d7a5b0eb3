package io.replsqlite.harness.simulation.disk;

import java.util.Random;

/** A file or a directory: as the running system sees it, and as it is on the platter. */
abstract sealed class Inode permits FileInode, DirectoryInode {
    /** What is left of it after a crash becomes all there is. */
    abstract void crash(Random random);

    /** The same, if every unsynced change is lost. */
    abstract Inode survivor();
}
