package io.replsqlite.server.backup.restore;

import io.replsqlite.base.FailurePoint;
import io.replsqlite.server.files.DurableFiles;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/** The file that a restore makes, and what is in its place. */
final class RestoreTarget implements RestoreDestination {
    private static final String[] COMPANIONS = {"-wal", "-shm", "-journal"};

    private final Path file;
    private final boolean replace;

    /** @param replace whether a database that is there is set aside */
    RestoreTarget(Path file, boolean replace) {
        this.file = file.toAbsolutePath();
        this.replace = replace;
    }

    @Override
    public Path temporary() {
        return sibling(".restoring");
    }

    private Path sibling(String suffix) {
        return file.resolveSibling(file.getFileName() + suffix);
    }

    @Override
    public void requireFree() throws IOException {
        if (!Files.isDirectory(DurableFiles.parentOf(file))) {
            throw new RestoreException(
                    DurableFiles.parentOf(file) + " is not a directory", "create it, or restore elsewhere");
        }
        if (Files.exists(sibling("-replsqlite"))) {
            throw new RestoreException(
                    file + " is a database of a node, which would not know what happened to it",
                    "restore to another file and `import` that one under a new name");
        }
        for (Path present : present()) {
            if (!replace) {
                throw new RestoreException(
                        present + " exists", "restore to another file, or set it aside with --replace");
            }
        }
    }

    private List<Path> present() {
        List<Path> present = new ArrayList<>();
        if (Files.exists(file)) {
            present.add(file);
        }
        for (String suffix : COMPANIONS) {
            if (Files.exists(sibling(suffix))) {
                present.add(sibling(suffix));
            }
        }
        return present;
    }

    @Override
    public boolean isInstalled() throws IOException {
        if (!Files.exists(temporary())) {
            return false;
        }
        return (Files.exists(file) && Files.isSameFile(temporary(), file))
                || (temporary().getFileSystem().supportedFileAttributeViews().contains("unix")
                        && ((Number) Files.getAttribute(temporary(), "unix:nlink")).intValue() > 1);
    }

    /** Gives the checked file its name. What was there is kept under {@code NAME.replaced-TIME}. */
    @Override
    public void install(RestoredState state, long nowMillis) throws IOException {
        if (replace) {
            for (Path present : present()) {
                Path aside = present.resolveSibling(present.getFileName() + ".replaced-" + nowMillis);
                Files.move(present, aside, StandardCopyOption.ATOMIC_MOVE);
            }
            DurableFiles.syncDirectory(DurableFiles.parentOf(file));
            FailurePoint.RESTORE_SET_ASIDE.reached();
        }
        try {
            Files.createLink(file, temporary()); // unlike a rename, never replaces a file
        } catch (FileAlreadyExistsException appeared) {
            throw new RestoreException(file + " has appeared meanwhile", "restore to another file");
        }
        FailurePoint.RESTORE_LINKED.reached();
        Files.delete(temporary());
        DurableFiles.syncDirectory(DurableFiles.parentOf(file));
    }
}
