package io.replsqlite.harness.simulation.disk;

import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;

/** What is known of a file beside its content: its kind and its size. */
record InodeAttributes(Inode inode) implements BasicFileAttributes {
    private static final FileTime NEVER = FileTime.fromMillis(0);

    @Override
    public boolean isDirectory() {
        return inode instanceof DirectoryInode;
    }

    @Override
    public boolean isRegularFile() {
        return inode instanceof FileInode;
    }

    @Override
    public boolean isSymbolicLink() {
        return false;
    }

    @Override
    public boolean isOther() {
        return false;
    }

    @Override
    public long size() {
        return inode instanceof FileInode file ? file.size() : 0;
    }

    @Override
    public Object fileKey() {
        return inode;
    }

    @Override
    public FileTime lastModifiedTime() {
        return NEVER;
    }

    @Override
    public FileTime lastAccessTime() {
        return NEVER;
    }

    @Override
    public FileTime creationTime() {
        return NEVER;
    }
}
