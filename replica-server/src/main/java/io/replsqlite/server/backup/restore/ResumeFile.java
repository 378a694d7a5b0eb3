package io.replsqlite.server.backup.restore;

import io.replsqlite.base.FailurePoint;
import io.replsqlite.server.files.DurableFiles;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/** The temporary file of a restore, and beside it how far it is: what a restore that was interrupted leaves to the next. */
public final class ResumeFile {
    private static final Logger LOG = System.getLogger(ResumeFile.class.getName());
    private static final int BUFFER_BYTES = 1 << 16;

    private final Path temporary;
    private final Path file;

    public ResumeFile(Path temporary) {
        this.temporary = temporary;
        this.file = temporary.resolveSibling(temporary.getFileName() + ".resume");
    }

    /** The record of an earlier attempt if this plan can go on from it. */
    Optional<ResumeRecord> read(RestorePlan plan) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            CheckedInputStream checked = new CheckedInputStream(
                    new BufferedInputStream(Channels.newInputStream(channel), BUFFER_BYTES), new CRC32C());
            DataInputStream in = new DataInputStream(checked);
            ResumeRecord found = ResumeRecord.readFrom(in);
            int crc = (int) checked.getChecksum().getValue();
            if (in.readInt() != crc || !Files.exists(temporary)) {
                throw new IOException("its checksum is wrong, or the file it speaks of is gone");
            }
            return Optional.of(found).filter(one -> one.isPartOf(plan));
        } catch (NoSuchFileException nothing) {
            return Optional.empty();
        } catch (IOException unusable) {
            LOG.log(Level.WARNING, "{0} is of no use, the restore starts over: {1}", file, unusable.getMessage());
            return Optional.empty();
        }
    }

    /** Durable when this returns; what it speaks of must be so before. */
    void write(ResumeRecord progress) throws IOException {
        Path next = DurableFiles.temporaryFor(file);
        try (FileChannel channel = FileChannel.open(
                next, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            CheckedOutputStream checked = new CheckedOutputStream(
                    new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES), new CRC32C());
            DataOutputStream out = new DataOutputStream(checked);
            progress.writeTo(out);
            out.writeInt((int) checked.getChecksum().getValue());
            out.flush();
            DurableFiles.force(channel, true, next);
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        DurableFiles.syncDirectory(DurableFiles.parentOf(file));
        FailurePoint.RESTORE_RECORDED.reached();
    }

    /** After an interruption: keeps what the next attempt can use. */
    void keep() throws IOException {
        if (!Files.exists(file)) {
            discard();
        }
    }

    /** The next attempt starts over. */
    public void discard() throws IOException {
        forget();
        Files.deleteIfExists(temporary);
    }

    /** The temporary file is complete or needed no more. */
    void forget() throws IOException {
        Files.deleteIfExists(DurableFiles.temporaryFor(file));
        Files.deleteIfExists(file);
    }
}
