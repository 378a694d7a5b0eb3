package io.replsqlite.server.files;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;

/** Files with secrets: made for their owner alone, and not used if others can read or change them. */
public final class OwnerOnlyFile {
    private static final Logger LOG = System.getLogger(OwnerOnlyFile.class.getName());
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> REFUSED = PosixFilePermissions.fromString("----w-rwx");

    private OwnerOnlyFile() {}

    /** Readable by the owner only, from its first byte on, and durable on return. The file must not exist. */
    public static void create(Path file, String text) throws IOException {
        Path created = Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        try (FileChannel channel = FileChannel.open(created, StandardOpenOption.WRITE)) {
            DurableFiles.writeFully(channel, ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)), 0);
            DurableFiles.force(channel, true, created);
        }
        DurableFiles.syncDirectory(DurableFiles.parentOf(created));
    }

    /** Whoever reads the file meanwhile reads the old text or the new one. */
    public static void replace(Path file, String text) throws IOException {
        Path whole = sibling(file);
        try {
            create(whole, text);
            Path ignored = Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
            DurableFiles.syncDirectory(DurableFiles.parentOf(file));
        } finally {
            Files.deleteIfExists(whole);
        }
    }

    /** A name for a file on its way to be another. */
    public static Path sibling(Path file) {
        return file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + DurableFiles.TEMPORARY_SUFFIX);
    }

    /**
     * A group may read it, as containers mount secrets, which is logged.
     *
     * @throws IOException if anybody may read it, or others than the owner may change it
     */
    public static void requirePrivate(Path file) throws IOException {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
        EnumSet<PosixFilePermission> tooWide = EnumSet.copyOf(permissions);
        tooWide.retainAll(REFUSED);
        if (!tooWide.isEmpty()) {
            throw new IOException("The file " + file + " holds a secret and its permissions are "
                    + PosixFilePermissions.toString(permissions)
                    + ": others than its owner can read or change it. Do: chmod 600 " + file
                    + ". If it was readable by strangers, replace what is in it.");
        }
        if (permissions.contains(PosixFilePermission.GROUP_READ)) {
            LOG.log(Level.WARNING, "the file {0} holds a secret and its group can read it", file);
        }
    }
}
