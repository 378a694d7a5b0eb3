package io.replsqlite.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.server.admin.NodeClient;
import io.replsqlite.server.config.NodeSettings;
import io.replsqlite.server.endpoint.TestCertificates;
import io.replsqlite.tls.TlsFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A primary and a follower that ask everybody for token and certificate, and drivers that find both in the directory. */
@Timeout(60)
class SecureNodesTest {
    private static final String OLD = "the-token-of-the-old-days";
    private static final String NEW = "the-token-of-the-new-days";

    @TempDir
    Path directory;

    private final List<ReplicaNode> nodes = new ArrayList<>();
    private TestCertificates certificates;
    private ReplicaNode primary;
    private ReplicaNode follower;

    @BeforeEach
    void start() throws Exception {
        certificates = new TestCertificates(directory.resolve("pem"), "the cluster's").issue("node", "127.0.0.1");
        writeToken(OLD);
        primary = start("node1");
        follower = start("node2");
        await("the follower has the database", () -> Files.exists(file(follower)));
    }

    @AfterEach
    void stop() throws Exception {
        for (int at = nodes.size() - 1; at >= 0; at--) {
            nodes.get(at).close();
        }
    }

    private ReplicaNode start(String name, String... more) throws Exception {
        Map<String, String> settings = new HashMap<>(Map.of(
                "name", name,
                "dir", directory.resolve(name).toString(),
                "listen", "127.0.0.1:0",
                "token-file", directory.resolve("token").toString(),
                "lease", "file:" + directory.resolve("lease"),
                "tls-certificate", certificates.certificate().toString(),
                "tls-key", certificates.key().toString(),
                "tls-trust", certificates.trust().toString(),
                "tls-client", "require"));
        for (int at = 0; at < more.length; at += 2) {
            settings.put(more[at], more[at + 1]);
        }
        ReplicaNode node = ReplicaNode.start(NodeSettings.of(settings), MonotonicClock.SYSTEM);
        nodes.add(node);
        assertThat(node.awaitRole(Duration.ofSeconds(20))).isTrue();
        return node;
    }

    private void writeToken(String... lines) throws IOException {
        Path next = directory.resolve("token.next");
        Files.writeString(next, String.join("\n", lines));
        Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rw-------"));
        Files.move(next, directory.resolve("token"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    private Path file(ReplicaNode node) {
        return node.databases().pathsOf("app").databaseFile();
    }

    private Connection connect(ReplicaNode node, String parameters) throws SQLException {
        return DriverManager.getConnection("jdbc:replsqlite:" + file(node) + "?writeTimeout=5s" + parameters);
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }

    private static long count(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("select count(*) from t")) {
            return result.getLong(1);
        }
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        Deadline deadline = Deadline.after(Duration.ofSeconds(20), MonotonicClock.SYSTEM);
        while (!condition.call()) {
            assertThat(deadline.hasPassed()).as("waited for " + what).isFalse();
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    @Test
    void aWriteThroughTheFollowersDirectoryGoesToThePrimaryAndComesBackAllOverTls() throws Exception {
        assertThat(primary.url().getScheme()).isEqualTo("https");
        try (Connection connection = connect(follower, "")) {
            run(connection, "create table t(x)");
            run(connection, "insert into t values(1)");
            assertThat(count(connection)).isEqualTo(1);
        }
        TlsFiles files = new TlsFiles(certificates.trust(), certificates.certificate(), certificates.key());
        assertThat(NodeClient.of(primary.url(), OLD, files).status().isPrimary())
                .isTrue();
    }

    private Connection connectRemotely(Path trust, boolean withCertificate) throws SQLException {
        String hosts = follower.url().getAuthority() + "," + primary.url().getAuthority();
        String url = "jdbc:replsqlite://" + hosts + "/app?connectTimeout=2s&tokenFile=" + directory.resolve("token")
                + "&tlsTrust=" + trust;
        String certificate = "&tlsCertificate=" + certificates.certificate() + "&tlsKey=" + certificates.key();
        return DriverManager.getConnection(withCertificate ? url + certificate : url);
    }

    @Test
    void aConnectionWithoutAnyLocalFileReadsAndWritesOverTls() throws Exception {
        try (Connection connection = connectRemotely(certificates.trust(), true)) {
            run(connection, "create table t(x)");
            connection.setAutoCommit(false);
            run(connection, "insert into t values(1)");
            connection.commit();
            connection.setAutoCommit(true);
            assertThat(count(connection)).isEqualTo(1);
        }
    }

    @Test
    void aConnectionWithoutAnyLocalFileThatIsNotTrustedOrDoesNotTrustSaysWhichFileToGive() throws Exception {
        TestCertificates others = new TestCertificates(directory.resolve("strangers"), "strangers'");
        assertThatThrownBy(() -> connectRemotely(others.trust(), true).close())
                .isInstanceOfSatisfying(
                        SQLException.class,
                        failure -> assertThat(failure.getSQLState()).isEqualTo("08001"))
                .hasMessageContaining("tlsTrust");
        assertThatThrownBy(() -> connectRemotely(certificates.trust(), false).close())
                .isInstanceOfSatisfying(
                        SQLException.class,
                        failure -> assertThat(failure.getSQLState()).isEqualTo("08001"));
        assertThatThrownBy(() ->
                        connectRemotely(directory.resolve("no-such.pem"), true).close())
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("no-such.pem");
    }

    @Test
    void aDriverThatDoesNotTrustTheNodesSaysSoAndSendsNothing() throws Exception {
        TestCertificates others = new TestCertificates(directory.resolve("others"), "others'");
        try (Connection connection = connect(follower, "&writeTimeout=1s&tlsTrust=" + others.trust())) {
            assertThatThrownBy(() -> run(connection, "create table t(x)"))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            failure -> assertThat(failure.getSQLState()).isEqualTo("08001"))
                    .hasMessageContaining("nothing was executed")
                    .hasMessageContaining("tlsTrust");
        }
        TlsFiles noCertificate = new TlsFiles(certificates.trust(), null, null);
        assertThatThrownBy(
                        () -> NodeClient.of(primary.url(), OLD, noCertificate).status())
                .isInstanceOf(IOException.class);
    }

    @Test
    void aTokenIsReplacedInThreeStepsWhileEverybodyWrites() throws Exception {
        try (Connection connection = connect(follower, "")) {
            run(connection, "create table t(x)");
            List<String[]> steps = List.of(new String[] {OLD, NEW}, new String[] {NEW, OLD}, new String[] {NEW});
            long rows = 0;
            for (String[] step : steps) {
                writeToken(step);
                for (ReplicaNode node : nodes) {
                    Path published = node.databases().pathsOf("app").tokenFile();
                    await(
                            "the token is published",
                            () -> Files.readString(published).equals(step[0]));
                }
                TlsFiles files = new TlsFiles(certificates.trust(), certificates.certificate(), certificates.key());
                await(
                        "every token of the step is accepted, and no other",
                        () -> accepts(files, OLD) == List.of(step).contains(OLD)
                                && accepts(files, NEW) == List.of(step).contains(NEW));
                run(connection, "insert into t values(1)");
                assertThat(count(connection)).isEqualTo(++rows);
            }
        }
    }

    private boolean accepts(TlsFiles files, String token) throws IOException {
        boolean accepted = true;
        for (ReplicaNode node : nodes) {
            try {
                accepted &=
                        !NodeClient.of(node.url(), token, files).status().node().isEmpty();
            } catch (io.replsqlite.server.admin.NodeRefusedException refused) {
                accepted = false;
            }
        }
        return accepted;
    }

    @Test
    void secretsThatOthersCanReadAreNotUsed() throws Exception {
        Path key = certificates.key();
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(() -> start("node3"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(key.toString())
                .hasMessageContaining("chmod 600");
    }
}
