package io.replsqlite.server.backup.restore;

import io.replsqlite.server.backup.layout.BackupObject;
import io.replsqlite.server.ltx.LtxResumePoint;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * How far a restore is, at an instant when everything before it is durable in the temporary file. The package documentation
 * has the format.
 *
 * @param files what was read, in this order; the last one as far as {@code point}
 * @param pages of the database after that file
 * @param txid where the files before it end; 0 if there are none
 * @param pageChecksums 0 for a page that did not come yet
 */
record ResumeRecord(
        List<Source> files, int pageSize, int pages, long txid, LtxResumePoint point, long[] pageChecksums) {
    static final long MAGIC = 0x5253514C52455331L; // RSQLRES1

    private static final int MAX_FILES = 1 << 20;

    /** An object by what tells it from another. */
    record Source(String key, long sizeBytes) {
        static Source of(BackupObject object) {
            return new Source(object.key(), object.sizeBytes());
        }
    }

    ResumeRecord {
        files = List.copyOf(files);
    }

    /** Whether a plan begins with the same files: what follows may be another way to a later state. */
    boolean isPartOf(RestorePlan plan) {
        List<Source> planned = plan.files().stream().map(Source::of).toList();
        return planned.size() >= files.size()
                && planned.subList(0, files.size()).equals(files);
    }

    /** Which file is under way. */
    int fileIndex() {
        return files.size() - 1;
    }

    /** What need not be downloaded again. */
    long bytes() {
        return files.stream().limit(fileIndex()).mapToLong(Source::sizeBytes).sum() + point.offset();
    }

    void writeTo(DataOutputStream out) throws IOException {
        out.writeLong(MAGIC);
        out.writeInt(pageSize);
        out.writeInt(pages);
        out.writeLong(txid);
        out.writeInt(files.size());
        for (Source file : files) {
            out.writeLong(file.sizeBytes());
            out.writeUTF(file.key());
        }
        out.write(point.encode());
        for (int i = 0; i < pages; i++) {
            out.writeLong(pageChecksums[i]);
        }
    }

    static ResumeRecord readFrom(DataInputStream in) throws IOException {
        require(in.readLong() == MAGIC, "magic");
        int pageSize = in.readInt();
        int pages = in.readInt();
        long txid = in.readLong();
        int count = in.readInt();
        require(pages > 0 && count > 0 && count <= MAX_FILES, "size");
        List<Source> files = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long size = in.readLong();
            files.add(new Source(in.readUTF(), size));
        }
        LtxResumePoint point = LtxResumePoint.decode(in.readNBytes(LtxResumePoint.BYTES));
        require(point.header().commit() == pages && point.header().pageSize() == pageSize, "file under way");
        long[] checksums = new long[pages];
        for (int i = 0; i < pages; i++) {
            checksums[i] = in.readLong();
        }
        return new ResumeRecord(files, pageSize, pages, txid, point, checksums);
    }

    private static void require(boolean holds, String what) throws IOException {
        if (!holds) {
            throw new IOException("not the record of an interrupted restore: wrong " + what);
        }
    }
}
