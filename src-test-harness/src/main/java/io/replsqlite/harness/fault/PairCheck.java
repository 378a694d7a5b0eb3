package io.replsqlite.harness.fault;

import com.fasterxml.jackson.databind.JsonNode;
import io.replsqlite.harness.fault.NodePair.Member;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Proves that both nodes of a pair are whole and equal: level at one txid with one state checksum, every page what the
 * change sets say, {@code integrity_check} by plain SQLite, and the ledger's rows. While it runs nobody may write.
 */
public final class PairCheck {
    private static final Duration LEVEL_WAIT = Duration.ofSeconds(30);
    private static final String HEALTHY = "ok";

    private final NodePair pair;
    private final Ledger ledger;

    public PairCheck(NodePair pair, Ledger ledger) {
        this.pair = pair;
        this.ledger = ledger;
    }

    /** @throws IOException that says what is wrong, if anything is */
    public void run() throws IOException, InterruptedException, SQLException {
        proveEqual();
        proveLedger();
    }

    /** Level, equal, every page right, and sound to plain SQLite. */
    public void proveEqual() throws IOException, InterruptedException, SQLException {
        awaitLevel();
        JsonNode primary = scan(Member.PRIMARY);
        JsonNode follower = scan(Member.FOLLOWER);
        if (!primary.path("found").equals(follower.path("found"))
                || !primary.path("txid").equals(follower.path("txid"))) {
            throw new IOException("the nodes differ: " + primary + " and " + follower);
        }
        checkIntegrity(Member.PRIMARY);
        checkIntegrity(Member.FOLLOWER);
    }

    private void proveLedger() throws IOException, SQLException {
        SortedSet<Long> onPrimary = rows(Member.PRIMARY);
        SortedSet<Long> onFollower = rows(Member.FOLLOWER);
        if (!onPrimary.equals(onFollower)) {
            throw new IOException("the ledgers of the two nodes differ");
        }
        String objection = ledger.objectionTo(onPrimary);
        if (!objection.isEmpty()) {
            throw new IOException(objection);
        }
    }

    /** What the ledger says of the rows that one node has now; nothing if they may be. */
    public String objectionAt(Member member) throws SQLException {
        return ledger.objectionTo(rows(member));
    }

    /** Both have applied the same txid, and the follower says that it is healthy. */
    public void awaitLevel() throws IOException, InterruptedException {
        Await.until("both nodes level and healthy", LEVEL_WAIT, () -> {
            JsonNode primary = pair.client(Member.PRIMARY).status(NodePair.DATABASE);
            JsonNode follower = pair.client(Member.FOLLOWER).status(NodePair.DATABASE);
            boolean level = primary.path("applied").asLong() > 0
                    && isHealthy(primary, "leading")
                    && isHealthy(follower, "follower")
                    && primary.path("applied").equals(follower.path("applied"))
                    && primary.path("checksum").equals(follower.path("checksum"));
            if (!level) {
                throw new IOException("primary " + primary + ", follower " + follower);
            }
            return true;
        });
    }

    private static boolean isHealthy(JsonNode status, String role) {
        return status.path("health").asText().equals(HEALTHY)
                && status.path("role").asText().equals(role);
    }

    private JsonNode scan(Member member) throws IOException, InterruptedException {
        JsonNode scan = pair.client(member).scan(NodePair.DATABASE);
        if (!scan.path("found").equals(scan.path("expected"))
                || !scan.path("wrongPages").isEmpty()) {
            throw new IOException("the " + member + "'s pages are not what its change sets say: " + scan);
        }
        return scan;
    }

    private void checkIntegrity(Member member) throws SQLException, IOException {
        try (Connection connection = open(member);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("pragma integrity_check")) {
            result.next();
            if (!result.getString(1).equals(HEALTHY)) {
                throw new IOException("integrity_check of the " + member + ": " + result.getString(1));
            }
        }
    }

    /** The ledger's ids as plain SQLite reads them; none if its table is lost as well. */
    private SortedSet<Long> rows(Member member) throws SQLException {
        SortedSet<Long> ids = new TreeSet<>();
        try (Connection connection = open(member);
                Statement statement = connection.createStatement()) {
            if (hasLedger(statement)) {
                try (ResultSet result = statement.executeQuery("select id from ledger")) {
                    while (result.next()) {
                        ids.add(result.getLong(1));
                    }
                }
            }
        }
        return ids;
    }

    private static boolean hasLedger(Statement statement) throws SQLException {
        try (ResultSet table = statement.executeQuery("select 1 from sqlite_schema where name = 'ledger'")) {
            return table.next();
        }
    }

    private Connection open(Member member) throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + pair.databaseFile(member) + "?open_mode=1");
    }
}
