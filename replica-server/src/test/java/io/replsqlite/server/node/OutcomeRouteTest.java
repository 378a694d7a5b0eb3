package io.replsqlite.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.base.NamedThreads;
import io.replsqlite.base.Txid;
import io.replsqlite.embed.CallRefusedException;
import io.replsqlite.lease.curator.EmbeddedZooKeeper;
import io.replsqlite.wire.ErrorResponse;
import io.replsqlite.wire.ExecuteRequest;
import io.replsqlite.wire.OutcomeAnswer;
import io.replsqlite.wire.OutcomeQuestion;
import io.replsqlite.wire.RequestId;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Who may say what became of a request. */
class OutcomeRouteTest extends NodesFixture {
    /** As of a request that was sent when the adoption was committed: of those the primary remembers all. */
    private static OutcomeAnswer ask(ReplicaNode node, RequestId id) throws Exception {
        return node.inProcess().outcome("app", new OutcomeQuestion(id, new Txid(1)));
    }

    private static RequestId executed(ReplicaNode node, String sql) throws Exception {
        ExecuteRequest write = TransactionsFixture.request(sql, 0);
        var ignored = node.inProcess().execute(write);
        return write.id();
    }

    private static void assertSaysNothing(ReplicaNode node, RequestId id) {
        assertThatThrownBy(() -> ask(node, id))
                .isInstanceOfSatisfying(
                        CallRefusedException.class,
                        refused -> assertThat(refused.error().kind()).isEqualTo(ErrorResponse.Kind.NO_PRIMARY));
    }

    /** Its tenure stands until the role thread ends it; another node may lead by then, and commit what this one misses. */
    @Test
    void aPrimaryWhoseLeaseIsOverNeitherConfirmsNorDeniesAnything() throws Exception {
        ExecutorService blocking = Executors.newSingleThreadExecutor(NamedThreads.of("test"));
        try (EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.start(directory.resolve("zk"), 0)) {
            ReplicaNode node =
                    start("a", "lease", "zookeeper:" + zooKeeper.servers() + "/replsqlite/app", "lease-timeout", "4s");
            await("a leads", node::isPrimary);
            RequestId done = executed(node, "create table t(x)");
            assertThat(ask(node, done).state()).isEqualTo(OutcomeAnswer.State.COMMITTED);
            assertThat(ask(node, RequestId.random()).state()).isEqualTo(OutcomeAnswer.State.NOT_COMMITTED);
            CountDownLatch roleThreadIsBusy = new CountDownLatch(1);
            CountDownLatch goOn = new CountDownLatch(1);
            Future<Boolean> busy = blocking.submit(() -> node.onRoleThread(() -> {
                roleThreadIsBusy.countDown();
                goOn.await();
                return true;
            }));
            try {
                roleThreadIsBusy.await();
                zooKeeper.expireSessionOf("/replsqlite/app/members/a/alive");
                await("its lease is over", () -> !database(node).holdsLease());
                assertThat(database(node).isLeading()).isTrue();
                assertSaysNothing(node, done);
                assertSaysNothing(node, RequestId.random());
            } finally {
                goOn.countDown();
            }
            assertThat(busy.get()).isTrue();
            stopAll();
            nodes.clear();
        } finally {
            blocking.shutdown();
        }
    }
}
