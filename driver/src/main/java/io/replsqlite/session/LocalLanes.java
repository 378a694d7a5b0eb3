package io.replsqlite.session;

import io.replsqlite.config.DriverConfig;
import io.replsqlite.local.ConnectionCounters;
import io.replsqlite.local.LocalConnection;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;

/** The local connections of one session: the main one, and further ones for reads that an open result would hold back. */
final class LocalLanes {
    private final DriverConfig config;
    private final Path databaseFile;
    private final ConnectionCounters counters;
    private final LocalLane main;
    private final List<LocalLane> lanes = new CopyOnWriteArrayList<>(); // abort comes from any thread
    private final Map<String, String> laterPragmas = new LinkedHashMap<>();

    LocalLanes(DriverConfig config, Path databaseFile, ConnectionCounters counters) throws SQLException {
        this.config = config;
        this.databaseFile = databaseFile;
        this.counters = counters;
        main = new LocalLane(open());
        lanes.add(main);
    }

    LocalLane main() {
        return main;
    }

    LocalLane showing(long txid, long asOfNanos) throws SQLException {
        if (main.canShow(txid, asOfNanos)) {
            return main;
        }
        for (LocalLane lane : lanes) {
            if (lane.canShow(txid, asOfNanos)) {
                return lane;
            }
        }
        LocalLane lane = new LocalLane(open());
        lanes.add(lane);
        for (String pragma : laterPragmas.values()) {
            run(lane, pragma);
        }
        return lane;
    }

    /** A PRAGMA ran on the main lane; the others follow. */
    void follow(String name, String sql) throws SQLException {
        laterPragmas.put(name, sql);
        for (LocalLane lane : lanes.subList(1, lanes.size())) {
            run(lane, sql);
        }
    }

    private static void run(LocalLane lane, String sql) throws SQLException {
        try (var statement = lane.connection().createStatement()) {
            boolean ignored = statement.execute(sql);
        }
    }

    private LocalConnection open() throws SQLException {
        Properties pragmas = new Properties();
        pragmas.putAll(config.pragmas());
        return LocalConnection.open(config.reportedUrl(), databaseFile, pragmas, counters);
    }

    /** From any thread. */
    void interrupt() {
        lanes.forEach(lane -> lane.connection().interrupt());
    }

    void close() throws SQLException {
        SQLException first = null;
        for (LocalLane lane : lanes) {
            try {
                lane.connection().close();
            } catch (SQLException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
