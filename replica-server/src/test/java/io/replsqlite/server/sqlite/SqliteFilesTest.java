package io.replsqlite.server.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.server.wal.WalIndexHeader;
import io.replsqlite.server.wal.WalMark;
import java.io.Closeable;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteFilesTest {
    private static final int DEAD_MAN_BYTE = 128;
    private static final int SHARED_BYTE = 0x40000002;

    @TempDir
    Path directory;

    private Path database;

    @BeforeEach
    void name() {
        database = directory.resolve("app.db");
    }

    private static void execute(Connection connection, String... commands) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : commands) {
                statement.execute(sql);
            }
        }
    }

    private static String text(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? String.valueOf(row.getString(1)) : "";
        }
    }

    private void assertLocksHeld() throws Exception {
        assertThat(locks("-shm", DEAD_MAN_BYTE)).as("dead-man lock").isNotEmpty();
        assertThat(locks("", SHARED_BYTE)).as("shared lock of the database").isNotEmpty();
    }

    private Set<Integer> locks(String suffix, int at) throws Exception {
        return OtherProcess.bytesLockedByUs(database.resolveSibling("app.db" + suffix), at, 1);
    }

    @Test
    void aMissingDatabaseIsCreatedInWalMode() throws Exception {
        try (SqliteFiles files = SqliteFiles.open(database)) {
            assertThat(files.pageSize()).isEqualTo(4096);
            assertThat(Files.exists(directory.resolve("app.db-shm"))).isTrue();
            assertLocksHeld();
        }
    }

    @Test
    void aRollbackModeDatabaseIsConverted() throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database)) {
            execute(connection, "pragma page_size=1024", "create table t(v)", "insert into t values(7)");
        }
        try (SqliteFiles files = SqliteFiles.open(database);
                Connection connection = files.connect()) {
            assertThat(text(connection, "select v from t")).isEqualTo("7");
            assertThat(text(connection, "pragma journal_mode")).isEqualTo("wal");
            assertThat(files.pageSize()).isEqualTo(1024);
        }
    }

    @Test
    void connectionsNeverCheckpointMapOrTrustTheSchema() throws Exception {
        try (SqliteFiles files = SqliteFiles.open(database);
                Connection connection = files.connect()) {
            assertThat(text(connection, "pragma wal_autocheckpoint")).isEqualTo("0");
            assertThat(text(connection, "pragma synchronous")).isEqualTo("1");
            assertThat(text(connection, "pragma mmap_size")).isEqualTo("0");
            assertThat(text(connection, "pragma trusted_schema")).isEqualTo("0");
            assertThat(text(connection, "pragma busy_timeout")).isEqualTo("5000");
        }
    }

    @Test
    void readingMappingAndClosingTheWalCostNoLock() throws Exception {
        try (SqliteFiles files = SqliteFiles.open(database)) {
            try (Connection connection = files.connect()) {
                execute(connection, "create table t(v)", "insert into t values(1)");
            }
            WalIndexHeader header = files.walIndex().readHeader();
            assertThat(header).isNotNull();
            assertThat(header.maxFrame()).isPositive();
            files.readDatabaseFile(1, ByteBuffer.allocate(files.pageSize()));
            files.readDatabaseFile(1, ByteBuffer.allocateDirect(files.pageSize()));
            files.wal().close();
            assertThat(files.wal().size()).isPositive();
            System.gc();
            assertLocksHeld();
        }
    }

    @Test
    void anInterruptedReaderTakesNoLockWithIt() throws Exception {
        try (SqliteFiles files = SqliteFiles.open(database)) {
            Thread.currentThread().interrupt();
            files.readDatabaseFile(1, ByteBuffer.allocate(files.pageSize()));
            files.walIndex().readHeader();
            files.walIndex().clearLeftovers(4062);
            assertThat(files.pagesInDatabaseFile()).isEqualTo(1);
            assertThatThrownBy(() -> files.wal().read(ByteBuffer.allocate(1), 0))
                    .isInstanceOf(java.nio.channels.ClosedByInterruptException.class);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(files.wal().size()).isZero();
            assertLocksHeld();
        }
    }

    @Test
    void aSecondOpenInTheProcessIsRefusedAndHarmless() throws Exception {
        try (SqliteFiles files = SqliteFiles.open(database)) {
            assertThat(OpenFileRegistry.isOpen(database)).isTrue();
            assertThatThrownBy(() -> SqliteFiles.open(directory.resolve("../" + directory.getFileName() + "/app.db")))
                    .isInstanceOf(UnusableDatabaseException.class)
                    .hasMessageContaining("already open in this process");
            assertThat(files.pageSize()).isEqualTo(4096);
            assertLocksHeld();
        }
        assertThat(OpenFileRegistry.isOpen(database)).isFalse();
        SqliteFiles.open(database).close();
    }

    @Test
    void aSecondCopyOfSqliteInTheProcessIsRefused() throws Exception {
        Files.createFile(database);
        String key = OpenFileRegistry.PROPERTY_PREFIX + Files.getAttribute(database, "unix:dev") + "."
                + Files.getAttribute(database, "unix:ino");
        System.setProperty(key, "another-copy " + database);
        try {
            assertThatThrownBy(() -> SqliteFiles.open(database)).hasMessageContaining("another copy of SQLite");
        } finally {
            System.clearProperty(key);
        }
    }

    @Test
    void closingEndsEveryLockAndConnection() throws Exception {
        SqliteFiles files = SqliteFiles.open(database);
        Connection left = files.connect();
        execute(left, "create table t(v)");
        files.close();
        assertThat(left.isClosed()).isTrue();
        assertThat(locks("", SHARED_BYTE)).isEmpty();
        assertThatThrownBy(files::connect).hasMessageContaining("being closed");
        assertThatThrownBy(files::wal).hasMessageContaining("is closed");
        files.close();
    }

    @Test
    void closingNeverCheckpointsSoPositionsInTheWalStayValid() throws Exception {
        WalMark before;
        try (SqliteFiles files = SqliteFiles.open(database);
                Connection connection = files.connect()) {
            execute(connection, "create table t(v)", "insert into t values(1)");
            before = Objects.requireNonNull(files.walIndex().readHeader()).mark();
        }
        assertThat(Files.size(database)).isEqualTo(4096);
        try (SqliteFiles files = SqliteFiles.open(database);
                Connection connection = files.connect()) {
            assertThat(Objects.requireNonNull(files.walIndex().readHeader()).mark())
                    .isEqualTo(before);
            assertThat(before.frame()).isEqualTo(3);
            execute(connection, "insert into t values(2)");
            assertThat(text(connection, "select count(*) from t")).isEqualTo("2");
        }
    }

    @Test
    void aHoldKeepsTheLocksOfConnectionsMadeElsewhere() throws Exception {
        SqliteFiles files = SqliteFiles.open(database);
        Closeable hold = files.hold();
        try (Connection elsewhere = DriverManager.getConnection("jdbc:sqlite:" + database)) {
            execute(elsewhere, "create table t(v)");
            files.close();
            assertLocksHeld();
            try (SqliteFiles later = SqliteFiles.open(database);
                    Connection connection = later.connect()) {
                execute(connection, "insert into t values(1)");
                assertThatThrownBy(() -> SqliteFiles.open(database)).hasMessageContaining("already open");
            }
            assertLocksHeld();
            assertThat(text(elsewhere, "select count(*) from t")).isEqualTo("1");
        }
        hold.close();
        hold.close();
        SqliteFiles.open(database).close();
    }

    @Test
    void aDatabaseInUseInRollbackModeIsRefusedWithAReason() throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database)) {
            execute(connection, "create table t(v)");
        }
        try (OtherProcess user = OtherProcess.python("""
                import sqlite3, sys
                db = sqlite3.connect(sys.argv[1], isolation_level=None)
                db.execute('begin')
                db.execute('select * from t').fetchall()
                print('reading', flush=True)
                sys.stdin.readline()
                """, database.toString())) {
            assertThat(user.readLine()).isEqualTo("reading");
            assertThatThrownBy(() -> SqliteFiles.open(database))
                    .isInstanceOf(UnusableDatabaseException.class)
                    .hasMessageContaining("cannot be switched to WAL mode");
        }
        assertThat(OpenFileRegistry.isOpen(database)).isFalse();
    }
}
