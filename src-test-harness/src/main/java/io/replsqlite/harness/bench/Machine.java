package io.replsqlite.harness.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.sqlite.SQLiteJDBCLoader;

/**
 * What figures were taken on: they mean nothing without it.
 *
 * @param loadAverage of the minute before; above a fraction of a processor, somebody else was measured too
 */
record Machine(
        long takenAtMillis,
        int processors,
        String processor,
        double loadAverage,
        long maxHeapBytes,
        String system,
        String architecture,
        String java,
        String sqlite,
        String sqliteJdbc) {
    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

    /** @param takenAtMillis since 1970, when the run began */
    static Machine describe(long takenAtMillis) throws IOException, SQLException {
        return new Machine(
                takenAtMillis,
                Runtime.getRuntime().availableProcessors(),
                processorModel(),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
                Runtime.getRuntime().maxMemory(),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                System.getProperty("os.arch"),
                System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"),
                sqliteVersion(),
                SQLiteJDBCLoader.getVersion());
    }

    private static String processorModel() throws IOException {
        List<String> lines = Files.isReadable(PROCESSORS) ? Files.readAllLines(PROCESSORS) : List.of();
        return lines.stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("unknown");
    }

    private static String sqliteVersion() throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite::memory:")) {
            return connection.getMetaData().getDatabaseProductVersion();
        }
    }
}
