package io.replsqlite.server.sqlite;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.replsqlite.server.wal.WalIndex;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything this process has open on one SQLite database: a descriptor of the database file, one of {@code -shm} with
 * its mappings, one of {@code -wal}, an anchor connection that keeps the WAL from being deleted, and the connections made
 * by {@link #connect}. Closing leaves the WAL as it is: positions in it stay valid until the next open.
 *
 * <p>Order is everything. The database descriptor opens before the first connection and closes after the last; the
 * {@code -shm} descriptor opens after the anchor holds the dead-man lock and closes after the last connection too. Code
 * that opens connections of its own to this file in this process takes a {@link #hold()} for as long.
 */
public final class SqliteFiles implements AutoCloseable {
    private final Path database;
    private final int pageSize;
    private final SharedDescriptors descriptors;
    private final RawFile databaseFile;
    private final WalIndex walIndex;
    private final Connection anchor;
    private final Connection walKeeper;

    @GuardedBy("this")
    private final List<Connection> connections = new ArrayList<>();

    @GuardedBy("this")
    private @Nullable FileChannel wal;

    @GuardedBy("this")
    private boolean closed;

    /**
     * Opens the database, creating an empty one if there is no file, converts it to WAL mode if it is not yet, and keeps
     * it open. Runs {@link DatabasePreflight} first.
     */
    public static SqliteFiles open(Path path) throws IOException, SQLException {
        DatabasePreflight.checkPlace(path);
        Path database = DatabasePreflight.canonical(path);
        createIfAbsent(database);
        return openOwned(database, SharedDescriptors.own(database));
    }

    /** An empty file is an empty database to SQLite. Creating fails harmlessly, without a descriptor, if it exists. */
    private static void createIfAbsent(Path database) throws IOException {
        if (!Files.exists(database)) {
            Files.createFile(database);
        }
    }

    private static SqliteFiles openOwned(Path database, SharedDescriptors descriptors)
            throws IOException, SQLException {
        Connection anchor = null;
        Connection walKeeper = null;
        try {
            DatabasePreflight.checkContent(database, descriptors.databaseFile());
            anchor = SqliteConnections.openAnchor(database);
            walKeeper = SqliteConnections.openWalKeeper(database);
            return new SqliteFiles(database, descriptors, anchor, walKeeper);
        } catch (IOException | SQLException | RuntimeException e) {
            closeAfterFailure(e, anchor, walKeeper, descriptors::disown);
            throw e;
        }
    }

    private static void closeAfterFailure(Exception failure, @Nullable AutoCloseable... opened) {
        for (AutoCloseable open : opened) {
            try {
                if (open != null) {
                    open.close();
                }
            } catch (Exception e) {
                failure.addSuppressed(e);
            }
        }
    }

    private SqliteFiles(Path database, SharedDescriptors descriptors, Connection anchor, Connection walKeeper)
            throws IOException, SQLException {
        this.database = database;
        this.descriptors = descriptors;
        this.databaseFile = descriptors.databaseFile();
        this.anchor = anchor;
        this.walKeeper = walKeeper;
        RawFile sharedIndexFile = descriptors.sharedIndexFile(sibling(database, "-shm"));
        walIndex = new WalIndex(new SharedIndexSegments(sharedIndexFile));
        pageSize = SqliteConnections.pageSize(anchor);
    }

    /** The canonical path. */
    public Path database() {
        return database;
    }

    public int pageSize() {
        return pageSize;
    }

    /** Valid until {@link #close}. */
    public WalIndex walIndex() {
        return walIndex;
    }

    /** A further connection with the server's settings, closed by its user, at the latest by {@link #close}. */
    public Connection connect() throws SQLException {
        Connection connection = SqliteConnections.open(database);
        synchronized (this) {
            if (!closed) {
                connections.removeIf(SqliteFiles::isClosed);
                connections.add(connection);
                return connection;
            }
        }
        connection.close();
        throw new SQLException("the database is being closed: " + database);
    }

    private static boolean isClosed(Connection connection) {
        try {
            return connection.isClosed();
        } catch (SQLException e) {
            return false; // keep it: closing twice is harmless, forgetting an open one is not
        }
    }

    /** The {@code -wal} file, opened again if an interrupt has closed the channel. Never close it. */
    public synchronized FileChannel wal() throws IOException {
        if (closed) {
            throw new IOException("the database is closed: " + database);
        }
        FileChannel channel = wal;
        if (channel == null || !channel.isOpen()) {
            channel = FileChannel.open(
                    sibling(database, "-wal"),
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.CREATE);
            wal = channel;
        }
        return channel;
    }

    /** Whole pages in the database file, which may differ from the size of the database while a WAL is there. */
    public int pagesInDatabaseFile() throws IOException {
        return Math.toIntExact(databaseFile.size() / pageSize);
    }

    /**
     * Reads consecutive pages as they stand in the database file, past SQLite: as many as fit into the buffer. Torn or
     * old while a checkpoint runs, unless the caller keeps checkpoints away.
     *
     * @throws java.io.EOFException if the file ends earlier
     */
    public void readDatabaseFile(int firstPage, ByteBuffer into) throws IOException {
        int length = into.remaining() / pageSize * pageSize;
        long at = (firstPage - 1L) * pageSize;
        if (into.hasArray()) {
            databaseFile.read(at, into.array(), into.arrayOffset() + into.position(), length);
            into.position(into.position() + length);
            return;
        }
        byte[] bytes = new byte[length];
        databaseFile.read(at, bytes, 0, length);
        into.put(bytes);
    }

    /** Keeps the descriptors open past {@link #close} while another component has SQLite open on this database. */
    public synchronized Closeable hold() throws IOException {
        if (closed) {
            throw new IOException("the database is closed: " + database);
        }
        descriptors.retain();
        return new Closeable() {
            private boolean released;

            @Override
            public void close() throws IOException {
                synchronized (SqliteFiles.this) {
                    if (!released) {
                        released = true;
                        descriptors.release();
                    }
                }
            }
        };
    }

    /** Closes every connection made here, the read-only one last, and then, once nobody holds them, the descriptors. */
    @Override
    public synchronized void close() throws IOException, SQLException {
        if (closed) {
            return;
        }
        closed = true;
        SQLException failure = null;
        connections.add(anchor);
        connections.add(walKeeper);
        for (Connection connection : connections) {
            failure = closeConnection(connection, failure);
        }
        if (wal != null) {
            wal.close();
        }
        if (failure != null) {
            throw failure; // a connection may still be open: leave its locks alone, the descriptors stay
        }
        descriptors.disown();
    }

    private static @Nullable SQLException closeConnection(Connection connection, @Nullable SQLException earlier) {
        try {
            connection.close();
            return earlier;
        } catch (SQLException e) {
            if (earlier == null) {
                return e;
            }
            earlier.addSuppressed(e);
            return earlier;
        }
    }

    private static Path sibling(Path database, String suffix) {
        return database.resolveSibling(database.getFileName() + suffix);
    }
}
