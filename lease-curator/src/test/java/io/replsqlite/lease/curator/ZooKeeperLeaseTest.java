package io.replsqlite.lease.curator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.lease.Candidate;
import io.replsqlite.lease.Lease;
import io.replsqlite.lease.LeaseException;
import io.replsqlite.lease.Member;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.curator.test.InstanceSpec;
import org.apache.curator.test.TestingServer;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a real server in this process, with sessions of 3 s; under load an epoch may be skipped, never given twice. */
class ZooKeeperLeaseTest {
    private static final int TICK_MILLIS = 500;
    private static final Duration SESSION = Duration.ofSeconds(3);
    private static final String PATH = "/replsqlite/app";

    @TempDir
    Path directory;

    private TestingServer server;
    private final List<AutoCloseable> opened = new ArrayList<>();

    @BeforeEach
    void startServer() throws Exception {
        server = new TestingServer(new InstanceSpec(null, -1, -1, -1, true, -1, TICK_MILLIS, 100), true);
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable closeable : opened) {
            closeable.close();
        }
        server.close();
    }

    private ZooKeeperLeaseSettings settings(@Nullable String credentials, @Nullable Path clusterIdFile) {
        return new ZooKeeperLeaseSettings(
                ConnectString.parse(server.getConnectString() + PATH),
                SESSION,
                Duration.ofSeconds(5),
                credentials,
                clusterIdFile);
    }

    private ZooKeeperLease start(String name, RecordingListener listener) throws LeaseException {
        return start(name, listener, settings(null, null));
    }

    private ZooKeeperLease start(String name, RecordingListener listener, ZooKeeperLeaseSettings settings)
            throws LeaseException {
        ZooKeeperLease lease = new ZooKeeperLease(settings, MonotonicClock.SYSTEM);
        opened.add(lease);
        lease.start(new Candidate(name, url(name), listener.promised::get), listener);
        return lease;
    }

    private static URI url(String name) {
        return URI.create("http://" + name + ":7331");
    }

    private ZooKeeper connect() throws Exception {
        return connect(0, new byte[0]);
    }

    private ZooKeeper connect(long sessionId, byte[] password) throws Exception {
        CountDownLatch connected = new CountDownLatch(1);
        Watcher watcher = event -> {
            if (event.getState() == Watcher.Event.KeeperState.SyncConnected) {
                connected.countDown();
            }
        };
        ZooKeeper handle = sessionId == 0
                ? new ZooKeeper(server.getConnectString(), 4000, watcher)
                : new ZooKeeper(server.getConnectString(), 4000, watcher, sessionId, password);
        assertThat(connected.await(10, TimeUnit.SECONDS)).isTrue();
        opened.add(handle);
        return handle;
    }

    private static boolean hasPassed(Lease lease) {
        return lease.deadline().hasPassed(System.nanoTime());
    }

    @Test
    void theFirstIsGrantedTheLeaseAndTheSecondFollowsUntilTheFirstLeaves() throws Exception {
        RecordingListener one = new RecordingListener();
        RecordingListener two = new RecordingListener();
        ZooKeeperLease first = start("one", one);
        Lease lease = one.awaitGrant();
        assertThat(lease.epoch().isAfter(Epoch.NONE)).isTrue();
        assertThat(hasPassed(lease)).isFalse();

        start("two", two);
        assertThat(two.awaitHolder().url()).isEqualTo(url("one"));
        assertThat(two.granted).isEmpty();

        first.close();
        assertThat(two.awaitGrant().epoch().isAfter(lease.epoch())).isTrue();
        assertThat(hasPassed(lease)).isTrue();
        assertThat(one.lost).as("closing is no loss").isEmpty();
    }

    @Test
    void renewalsMoveTheDeadlineAndItLiesBeforeTheEndOfTheSession() throws Exception {
        RecordingListener one = new RecordingListener();
        long before = System.nanoTime();
        start("one", one);
        Lease lease = one.awaitGrant();
        long first = lease.deadline().atNanos();
        assertThat(first - System.nanoTime())
                .isLessThanOrEqualTo(Duration.ofSeconds(2).toNanos());
        assertThat(first).isGreaterThan(before);

        // Longer than the first deadline: only renewals keep the tenure.
        assertThat(one.lost.poll(3, TimeUnit.SECONDS)).isNull();
        assertThat(lease.deadline().atNanos() - first)
                .isGreaterThan(Duration.ofSeconds(1).toNanos());
    }

    @Test
    void theLeaseGoesToTheSuccessorThatWasNamedAndPastTheOthers() throws Exception {
        RecordingListener one = new RecordingListener();
        ZooKeeperLease first = start("one", one);
        Lease lease = one.awaitGrant();
        RecordingListener two = new RecordingListener();
        start("two", two);
        two.awaitHolder();
        RecordingListener three = new RecordingListener();
        ZooKeeperLease third = start("three", three);
        three.awaitHolder();

        first.resign("three", Duration.ofSeconds(1));

        assertThat(hasPassed(lease)).isTrue();
        assertThat(three.awaitGrant().epoch().isAfter(lease.epoch())).isTrue();
        assertThat(two.awaitHolder().nodeName()).isEqualTo("three");
        assertThat(one.awaitHolder().nodeName()).isEqualTo("three");
        assertThat(two.granted).isEmpty();
        assertThat(one.lost).as("giving it up is no loss").isEmpty();

        third.resign(null, Duration.ofSeconds(1));
        assertThat(two.awaitGrant().epoch().isAfter(lease.epoch()))
                .as("the next in the queue")
                .isTrue();
    }

    @Test
    void aSuccessorThatIsNotThereIsNotWaitedFor() throws Exception {
        RecordingListener one = new RecordingListener();
        ZooKeeperLease first = start("one", one);
        one.awaitGrant();
        RecordingListener two = new RecordingListener();
        start("two", two);
        two.awaitHolder();
        first.resign("nobody", Duration.ofSeconds(10));
        assertThat(two.awaitGrant().epoch().isAfter(Epoch.NONE)).isTrue();
    }

    @Test
    void everyNodeIsAMemberAndOnlyCandidatesAreGranted() throws Exception {
        RecordingListener follower = new RecordingListener();
        ZooKeeperLease onlyFollows = new ZooKeeperLease(settings(null, null), MonotonicClock.SYSTEM);
        opened.add(onlyFollows);
        onlyFollows.start(new Candidate("a", url("a"), false, () -> Epoch.NONE), follower);
        RecordingListener other = new RecordingListener();
        ZooKeeperLease second = start("b", other);
        other.awaitGrant();
        assertThat(follower.awaitHolder().nodeName()).isEqualTo("b");
        assertThat(follower.granted).isEmpty();
        assertThat(second.members()).containsExactly(new Member("a", url("a"), false), new Member("b", url("b"), true));
    }

    @Test
    void aSecondNodeOfOneNameIsRefusedWhileTheFirstLives() throws Exception {
        start("one", new RecordingListener());
        ZooKeeperLease twin = new ZooKeeperLease(settings(null, null), MonotonicClock.SYSTEM);
        opened.add(twin);
        assertThatThrownBy(() ->
                        twin.start(new Candidate("one", url("elsewhere"), () -> Epoch.NONE), new RecordingListener()))
                .isInstanceOf(LeaseException.class)
                .hasMessageContaining("Another node named one runs at " + url("one"));
    }

    @Test
    void anExpiredSessionEndsTheTenureAndTheOtherGetsAHigherEpoch() throws Exception {
        RecordingListener one = new RecordingListener();
        RecordingListener two = new RecordingListener();
        ZooKeeperLease first = start("one", one);
        Lease lease = one.awaitGrant();
        start("two", two);
        two.awaitHolder();

        expire(first);

        Lease next = two.awaitGrant();
        assertThat(next.epoch().isAfter(lease.epoch())).isTrue();
        one.awaitLoss();
        assertThat(hasPassed(lease)).isTrue();
        assertThat(one.awaitHolder().nodeName()).isEqualTo("two");
        assertThat(one.lost).as("lost is told once").isEmpty();
    }

    /** The true one: the server ends the session, and the client learns of it afterwards. */
    private void expire(ZooKeeperLease lease) throws Exception {
        ZooKeeper inner = lease.session();
        connect(inner.getSessionId(), inner.getSessionPasswd()).close();
    }

    @Test
    void withoutTheServerTheDeadlineEndsTheTenureAndLaterAnotherBegins() throws Exception {
        RecordingListener one = new RecordingListener();
        start("one", one);
        Lease lease = one.awaitGrant();

        server.stop();
        assertThat(hasPassed(lease))
                .as("a suspended connection alone ends nothing")
                .isFalse();
        one.awaitLoss();
        assertThat(hasPassed(lease)).isTrue();

        server.restart();
        assertThat(one.awaitGrant().epoch().isAfter(lease.epoch())).isTrue();
        assertThat(one.lost).as("lost is told once").isEmpty();
    }

    @Test
    void theEpochGrowsByWhatTheNodeHasPromisedIfZooKeeperForgets() throws Exception {
        RecordingListener one = new RecordingListener();
        one.promised.set(new Epoch(41));
        start("one", one);
        Epoch first = one.awaitGrant().epoch();
        assertThat(first.isAfter(new Epoch(41))).isTrue();

        connect().delete(PATH + "/lease", -1);

        assertThat(one.awaitLoss()).contains("epoch " + first);
        assertThat(one.awaitGrant().epoch().isAfter(first)).isTrue();
    }

    @Test
    void aRemovedCandidateEndsTheTenure() throws Exception {
        RecordingListener one = new RecordingListener();
        start("one", one);
        Epoch first = one.awaitGrant().epoch();
        ZooKeeper operator = connect();
        String candidate = operator.getChildren(PATH + "/candidates", false).get(0);

        operator.delete(PATH + "/candidates/" + candidate, -1);

        assertThat(one.awaitLoss()).contains("candidate");
        assertThat(one.awaitGrant().epoch().isAfter(first)).isTrue();
    }

    @Test
    void aHigherEpochInZooKeeperEndsTheTenure() throws Exception {
        RecordingListener one = new RecordingListener();
        start("one", one);
        one.awaitGrant();

        connect()
                .setData(
                        PATH + "/lease",
                        new LeaseRecord(new Epoch(700), "other", url("other"), 1, "", null).encode(),
                        -1);

        assertThat(one.awaitLoss()).contains("700 of node other");
        assertThat(one.awaitGrant().epoch().isAfter(new Epoch(700))).isTrue();
    }

    @Test
    void whoHasOtherCredentialsCannotTakePartNorWriteTheEpoch() throws Exception {
        RecordingListener one = new RecordingListener();
        start("one", one, settings("app:right", null));
        one.awaitGrant();

        assertThatThrownBy(() -> start("two", new RecordingListener(), settings("app:wrong", null)))
                .isInstanceOf(LeaseException.class)
                .hasMessageContaining(PATH)
                .hasMessageContaining("credentials")
                .hasMessageNotContaining("wrong");
        ZooKeeper stranger = connect();
        assertThatThrownBy(() -> stranger.setData(PATH + "/lease", "x".getBytes(UTF_8), -1))
                .isInstanceOf(KeeperException.NoAuthException.class);
    }

    @Test
    void aPathOfAnotherClusterIsRefused() throws Exception {
        Path known = directory.resolve("cluster-id");
        RecordingListener one = new RecordingListener();
        start("one", one, settings(null, known)).close();
        assertThat(UUID.fromString(Files.readString(known).strip())).isNotNull();

        Path other = Files.writeString(directory.resolve("other"), UUID.randomUUID() + "\n");
        assertThatThrownBy(() -> start("two", new RecordingListener(), settings(null, other)))
                .isInstanceOf(LeaseException.class)
                .hasMessageContaining("belongs to cluster");
    }

    @Test
    void aNodeThatStartsBeforeZooKeeperGetsItsRoleWhenItComes() throws Exception {
        server.stop();
        RecordingListener one = new RecordingListener();
        ZooKeeperLeaseSettings settings = new ZooKeeperLeaseSettings(
                ConnectString.parse(server.getConnectString() + PATH), SESSION, Duration.ofMillis(200), null, null);
        start("one", one, settings);
        assertThat(one.granted).isEmpty();

        server.restart();

        assertThat(one.awaitGrant().epoch().isAfter(Epoch.NONE)).isTrue();
    }

    @Test
    void theEmbeddedServerKeepsTheEpochAcrossRestarts() throws Exception {
        Epoch before = Epoch.NONE;
        for (int run = 0; run < 2; run++) {
            try (EmbeddedZooKeeper embedded = EmbeddedZooKeeper.start(directory.resolve("zk"), 0)) {
                RecordingListener one = new RecordingListener();
                ZooKeeperLeaseSettings settings = new ZooKeeperLeaseSettings(
                        ConnectString.parse(embedded.servers() + PATH), SESSION, Duration.ofSeconds(5), null, null);
                ZooKeeperLease lease = start("one", one, settings);
                Epoch epoch = one.awaitGrant().epoch();
                assertThat(epoch.isAfter(before)).isTrue();
                before = epoch;
                lease.close();
            }
        }
    }
}
