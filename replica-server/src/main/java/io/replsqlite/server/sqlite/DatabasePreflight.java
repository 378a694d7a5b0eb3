package io.replsqlite.server.sqlite;

import io.replsqlite.server.wal.WalHeader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;

/**
 * What must hold before a database is opened. Each refusal says what was found, why it matters and what to do.
 *
 * <p>{@link #checkPlace} opens neither the database nor its {@code -shm}, so it is safe beside open connections.
 */
public final class DatabasePreflight {
    private static final byte[] FILE_MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] JOURNAL_MAGIC = {
        (byte) 0xd9, (byte) 0xd5, 0x05, (byte) 0xf9, 0x20, (byte) 0xa1, 0x63, (byte) 0xd7
    };
    private static final int FILE_HEADER_BYTES = 100;

    /** File systems of other machines, whose locks or shared mappings do not hold between processes or hosts. */
    private static final Set<String> NETWORK_FILE_SYSTEMS = Set.of(
            "nfs",
            "nfs3",
            "nfs4",
            "cifs",
            "smb",
            "smb2",
            "smb3",
            "smbfs",
            "ncpfs",
            "afs",
            "9p",
            "v9fs",
            "ceph",
            "lustre",
            "glusterfs",
            "gfs",
            "gfs2",
            "ocfs2",
            "beegfs",
            "gpfs",
            "orangefs",
            "coda",
            "davfs",
            "vboxsf",
            "vmhgfs",
            "prl_fs",
            "drvfs",
            "fuse");

    private DatabasePreflight() {}

    /** Checks path, kind, links, file system, permissions and a hot rollback journal. A missing file is fine. */
    public static void checkPlace(Path path) throws IOException {
        Path absolute = path.toAbsolutePath();
        refuseDirectoryMissing(absolute);
        refuseKind(absolute);
        refuseFileSystem(absolute, Files.getFileStore(directory(absolute)).type());
        refusePermissions(absolute);
        refuseHotJournal(absolute);
    }

    /** Checks a file that is only to be read once: there, readable, and an SQLite database by its first bytes. */
    public static void checkSource(Path source) throws IOException {
        if (!Files.isRegularFile(source) || !Files.isReadable(source)) {
            throw new UnusableDatabaseException(
                    source + " is not a readable file", "its content is to be imported", "check path and permissions");
        }
        try (InputStream bytes = Files.newInputStream(source)) {
            byte[] header = bytes.readNBytes(FILE_HEADER_BYTES);
            checkHeader(source, Arrays.copyOf(header, FILE_HEADER_BYTES));
        }
    }

    /** The one name under which the database is opened: SQLite derives the names of its other files from it. */
    static Path canonical(Path path) throws IOException {
        Path absolute = path.toAbsolutePath();
        return directory(absolute).toRealPath().resolve(absolute.getFileName());
    }

    private static Path directory(Path absolute) throws UnusableDatabaseException {
        Path directory = absolute.getParent();
        if (directory == null) {
            throw new UnusableDatabaseException(
                    absolute + " is a directory", "a database is a file", "name a file inside it");
        }
        return directory;
    }

    private static void refuseDirectoryMissing(Path absolute) throws IOException {
        if (!Files.isDirectory(directory(absolute))) {
            throw new UnusableDatabaseException(
                    directory(absolute) + " is not a directory",
                    "the database and its -wal and -shm are kept there",
                    "create it, writable for the user that runs the node");
        }
    }

    private static void refuseKind(Path absolute) throws IOException {
        if (Files.isSymbolicLink(absolute)) {
            throw new UnusableDatabaseException(
                    absolute + " is a symbolic link",
                    "programs that open the database by its other name may use other -wal and -shm files and corrupt it",
                    "configure the path that the link points to");
        }
        if (!Files.exists(absolute, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (Files.isDirectory(absolute)) {
            throw new UnusableDatabaseException(
                    absolute + " is a directory", "a database is a file", "name a file inside it");
        }
        if (!Files.isRegularFile(absolute)) {
            throw new UnusableDatabaseException(
                    absolute + " is not a regular file", "SQLite cannot keep a database there", "name another file");
        }
        int links = (Integer) Files.getAttribute(absolute, "unix:nlink");
        if (links > 1) {
            throw new UnusableDatabaseException(
                    absolute + " has " + links + " hard links",
                    "programs that open the database by its other name use other -wal and -shm files and corrupt it",
                    "remove the other names, or copy the file while nothing has it open");
        }
    }

    static void refuseFileSystem(Path path, String type) throws UnusableDatabaseException {
        String kind = type.toLowerCase(Locale.ROOT);
        if (NETWORK_FILE_SYSTEMS.contains(kind) || kind.startsWith("fuse.")) {
            throw new UnusableDatabaseException(
                    path + " is on a file system of type '" + type + "'",
                    "SQLite's locks and shared memory are not reliable there",
                    "put the database on a local disk of each node (ext4, xfs, btrfs, ...)");
        }
    }

    private static void refusePermissions(Path absolute) throws IOException {
        Path directory = directory(absolute);
        if (!Files.isWritable(directory) || !Files.isExecutable(directory)) {
            throw new UnusableDatabaseException(
                    directory + " is not writable for this user",
                    "SQLite creates -wal and -shm beside the database",
                    "give the user that runs the node write permission on the directory");
        }
        if (Files.exists(absolute) && !(Files.isReadable(absolute) && Files.isWritable(absolute))) {
            throw new UnusableDatabaseException(
                    absolute + " is not readable and writable for this user",
                    "a node writes its replica file, also as a follower",
                    "give the user that runs the node read and write permission on the file");
        }
    }

    private static void refuseHotJournal(Path absolute) throws IOException {
        Path journal = absolute.resolveSibling(absolute.getFileName() + "-journal");
        if (!Files.isRegularFile(journal)) {
            return;
        }
        try (InputStream bytes = Files.newInputStream(journal)) {
            if (Arrays.equals(bytes.readNBytes(JOURNAL_MAGIC.length), JOURNAL_MAGIC)) {
                throw new UnusableDatabaseException(
                        journal + " is a rollback journal with a transaction in it",
                        "another program is writing the database, or died doing so and the database is incomplete",
                        "close that program, then open the database once with sqlite3, which rolls the transaction back");
            }
        }
    }

    /** Checks the first bytes through a descriptor that stays open as long as the database does. */
    static void checkContent(Path database, RawFile file) throws IOException {
        long size = file.size();
        if (size == 0) {
            return;
        }
        byte[] header = new byte[FILE_HEADER_BYTES];
        if (size >= FILE_HEADER_BYTES) {
            file.read(0, header, 0, FILE_HEADER_BYTES);
        }
        checkHeader(database, header);
    }

    static void checkHeader(Path database, byte[] header) throws UnusableDatabaseException {
        if (!Arrays.equals(header, 0, FILE_MAGIC.length, FILE_MAGIC, 0, FILE_MAGIC.length)) {
            throw new UnusableDatabaseException(
                    database + " does not start like an SQLite database",
                    "it is another kind of file, damaged, or encrypted, and pages of an encrypted database cannot be"
                            + " replicated",
                    "check the path, or decrypt the database first");
        }
        int stored = ((header[16] & 0xff) << 8) | (header[17] & 0xff);
        boolean knownVersion = header[18] >= 1 && header[18] <= 2 && header[19] >= 1 && header[19] <= 2;
        if (!WalHeader.isPageSize(stored == 1 ? 65536 : stored) || !knownVersion) {
            throw new UnusableDatabaseException(
                    database + " has a damaged or unknown header",
                    "page size field " + stored + ", format versions " + header[18] + " and " + header[19],
                    "restore it from a backup, or open it with a program that knows this format");
        }
    }
}
