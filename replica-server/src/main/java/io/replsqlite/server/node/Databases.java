package io.replsqlite.server.node;

import io.replsqlite.base.MonotonicClock;
import io.replsqlite.server.database.DatabaseSettings;
import io.replsqlite.server.database.ReplicatedDatabase;
import io.replsqlite.server.endpoint.RefusedException;
import io.replsqlite.server.files.DurableFiles;
import io.replsqlite.server.store.DatabaseFounding;
import io.replsqlite.server.store.DatabasePaths;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** The databases of this node: catalogue and open ones in step. Opened and closed on the role thread only. */
final class Databases {
    private static final Logger LOG = System.getLogger(Databases.class.getName());

    private volatile boolean closed;
    private final Path directory;
    private final NodeFiles files;
    private final Catalogue catalogue;
    private final NodeCredentials credentials;
    private final DatabaseSettings settings;
    private final EpochPromises promises;
    private final MonotonicClock clock;
    private final ConcurrentHashMap<String, ReplicatedDatabase> open = new ConcurrentHashMap<>();

    Databases(
            Path directory,
            NodeFiles files,
            NodeCredentials credentials,
            DatabaseSettings settings,
            EpochPromises promises,
            MonotonicClock clock)
            throws IOException {
        this.directory = directory;
        this.files = files;
        this.catalogue = new Catalogue(files.catalogueFile());
        this.credentials = credentials;
        this.settings = settings;
        this.promises = promises;
        this.clock = clock;
    }

    Catalogue catalogue() {
        return catalogue;
    }

    Collection<ReplicatedDatabase> open() {
        return open.values();
    }

    /** @throws RefusedException 404 if there is none of that name */
    ReplicatedDatabase byName(String name) throws RefusedException {
        ReplicatedDatabase database = open.get(name);
        if (database == null) {
            throw new RefusedException(
                    404,
                    "unknownDatabase",
                    "This node has no database '" + name + "'. It has: " + String.join(", ", open.keySet()) + ".");
        }
        return database;
    }

    /**
     * Lists a database that is new here; one of that name and id is left as it is.
     *
     * @param received whether another node has it
     */
    void list(String name, UUID id, boolean received) throws IOException {
        Optional<Catalogue.Entry> known = catalogue.present(name);
        if (known.isPresent() && !known.get().id().equals(id)) {
            throw new IOException("This node has another database of the name " + name + " ("
                    + known.get().id() + ", the primary's is " + id
                    + "). Nothing was changed. Drop this node's copy if it is to follow.");
        }
        if (known.isEmpty()) {
            catalogue.put(new Catalogue.Entry(name, id, received, Catalogue.State.PRESENT));
        }
    }

    /** @throws RefusedException 409 if there is one of that name */
    void requireNew(String name) throws RefusedException {
        if (catalogue.present(name).isPresent()) {
            throw new RefusedException(
                    409, "exists", "There is a database '" + name + "' already; nothing was changed.");
        }
    }

    /** Puts a copy where a new database of that name is going to be adopted. */
    void place(Path copy, String name) throws IOException {
        requireNew(name);
        finishDrops(); // one of the same name may be in the way
        Path target = pathsOf(name).databaseFile();
        DatabaseImport.requireFree(target);
        DurableFiles.move(copy, target);
    }

    /** Opens every listed database that is not open, in no role yet; answers them. */
    List<ReplicatedDatabase> openListed() throws IOException {
        requireNotClosed();
        finishDrops();
        List<ReplicatedDatabase> opened = new ArrayList<>();
        for (Catalogue.Entry entry : catalogue.all()) {
            if (!entry.dropped() && !open.containsKey(entry.name())) {
                DatabasePaths paths = pathsOf(entry.name());
                ReplicatedDatabase database =
                        new ReplicatedDatabase(entry.name(), entry.id(), paths, settings, promises, clock);
                credentials.publish(paths);
                open.put(entry.name(), database);
                opened.add(database);
            }
        }
        return opened;
    }

    /** Puts a replaced token beside every database, where drivers on this host look for it. */
    void refreshCredentials() throws IOException {
        if (credentials.refresh()) {
            for (String name : open.keySet()) {
                credentials.publish(pathsOf(name));
            }
        }
    }

    DatabasePaths pathsOf(String name) {
        return DatabasePaths.of(directory, name);
    }

    /**
     * A database that exists elsewhere and whose copy never arrived must not be begun anew: the others would take the empty
     * one over.
     */
    void requireCopies() throws IOException {
        for (Catalogue.Entry entry : catalogue.all()) {
            if (entry.received() && !entry.dropped() && !DatabaseFounding.isFounded(pathsOf(entry.name()))) {
                throw new IOException("This node has no copy of " + entry.name() + " (" + entry.id()
                        + ") yet, which another node has: it cannot be the primary. Start that node.");
            }
        }
    }

    /**
     * Adds what another node has and this one lacks; drops what that one has dropped.
     *
     * @throws IOException for a database that cannot be taken over; the others are all the same
     */
    void takeOver(List<Catalogue.Entry> entries) throws IOException, SQLException, InterruptedException {
        IOException conflict = null;
        for (Catalogue.Entry entry : entries) {
            try {
                if (entry.dropped()) {
                    dropIfPresent(entry.name(), entry.id());
                } else {
                    list(entry.name(), entry.id(), true);
                }
            } catch (IOException problem) {
                conflict = problem;
            }
        }
        if (conflict != null) {
            throw conflict;
        }
    }

    /** Drops the database of this name if it is this one. */
    void dropIfPresent(String name, UUID id) throws IOException, SQLException, InterruptedException {
        Optional<Catalogue.Entry> own =
                catalogue.present(name).filter(entry -> entry.id().equals(id));
        if (own.isPresent()) {
            drop(own.get());
        }
    }

    /** Closes a database and sets its files aside; it stays listed as dropped. */
    void drop(Catalogue.Entry entry) throws IOException, SQLException, InterruptedException {
        catalogue.put(entry.in(Catalogue.State.DROPPING));
        ReplicatedDatabase database = open.remove(entry.name());
        if (database != null) {
            database.close();
        }
        finishDrops();
    }

    /** Sets aside what a drop has left, this one or one that a crash or a failure cut short. */
    private void finishDrops() throws IOException {
        for (Catalogue.Entry entry : catalogue.all()) {
            if (entry.state() == Catalogue.State.DROPPING) {
                setFilesAside(entry);
                catalogue.put(entry.in(Catalogue.State.DROPPED));
            }
        }
    }

    private void setFilesAside(Catalogue.Entry entry) throws IOException {
        Path aside = files.droppedDirectory().resolve(entry.name() + "-" + entry.id());
        DurableFiles.createDirectories(aside);
        DatabasePaths paths = pathsOf(entry.name());
        for (Path path : List.of(paths.databaseFile(), paths.walFile(), paths.walIndexFile(), paths.stateDirectory())) {
            if (Files.exists(path)) {
                DurableFiles.move(path, aside.resolve(path.getFileName()));
            }
        }
        LOG.log(Level.INFO, "{0} is dropped; its files are in {1}", entry.name(), aside);
    }

    /** Whether the node stops: then a database that is not here any more is not unknown. */
    boolean isClosed() {
        return closed;
    }

    /** What comes to a node that stops after this has been done must neither open a database anew nor report none. */
    void requireNotClosed() throws RefusedException {
        if (closed) {
            throw new RefusedException(503, "stopping", "This node stops, and has closed its databases.");
        }
    }

    /** Closes all of them, whatever happens to one. */
    void closeAll() throws InterruptedException {
        closed = true;
        for (ReplicatedDatabase database : open.values()) {
            try {
                database.close();
            } catch (IOException | SQLException | RuntimeException failure) {
                LOG.log(Level.WARNING, database.name() + " did not close in good order", failure);
            }
        }
        open.clear();
    }
}
