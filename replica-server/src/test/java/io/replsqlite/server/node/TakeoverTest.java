package io.replsqlite.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.Position;
import io.replsqlite.base.StateChecksum;
import io.replsqlite.base.Txid;
import io.replsqlite.lease.FileLease;
import io.replsqlite.lease.Lease;
import io.replsqlite.lease.LeaseDeadline;
import io.replsqlite.lease.Member;
import io.replsqlite.server.ManualClock;
import io.replsqlite.server.election.Holding;
import io.replsqlite.server.election.NodeReport;
import io.replsqlite.server.election.PromiseReply;
import io.replsqlite.server.election.Verdict;
import io.replsqlite.server.majority.Allegiance;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The election of node a among three voters, from the grant to the verdict. */
class TakeoverTest {
    private static final long PATIENCE_SECONDS = 10;

    private final CountDownLatch reported = new CountDownLatch(1);
    private static final Epoch EPOCH = new Epoch(7);
    private static final NodeIdentity SELF =
            new NodeIdentity("a", true, 1, Set.of("a", "b", "c"), Duration.ofSeconds(1));

    @TempDir
    Path directory;

    private final ManualClock clock = new ManualClock();
    private final List<String> steps = new CopyOnWriteArrayList<>();
    private EpochPromises promises;
    private Allegiance allegiance;
    private Members members;

    private interface Answer {
        PromiseReply of(String peer) throws IOException;
    }

    @BeforeEach
    void knowTheOthers() throws IOException {
        promises = EpochPromises.in(directory);
        allegiance = new Allegiance(SELF.terms(), promises, clock);
        members = new Members(directory.resolve("members.json"), "a", clock);
        members.update(List.of(member("b"), member("c")));
    }

    private static Member member(String name) {
        return new Member(name, URI.create("http://" + name), true);
    }

    private Takeover.Result run(Answer answer) throws Exception {
        Takeover takeover = new Takeover(
                SELF,
                new Recorded(),
                promises,
                allegiance,
                members,
                new FileLease(directory.resolve("lease")),
                (peer, request) -> {
                    steps.add(peer.nodeName() + " is asked");
                    return answer.of(peer.nodeName());
                },
                clock);
        return takeover.run(new Lease(EPOCH, LeaseDeadline.UNTIL_LOST));
    }

    private static PromiseReply promised(String node) {
        return new PromiseReply.Promised(new NodeReport(node, true, 1, List.of()));
    }

    /** Each is slow: the sync of the own promise, the bar of the own databases, the others. */
    @Test
    void theOthersAreAskedBesideTheOwnPromiseAndTheOwnReport() throws Exception {
        Takeover.Result result = run(peer -> {
            awaitReport();
            return promised(peer);
        });
        assertThat(steps).containsExactlyInAnyOrder("b is asked", "c is asked", "the own report");
        assertThat(result).isInstanceOf(Takeover.Result.Ready.class);
        assertThat(EpochPromises.in(directory).isPromisedTo(EPOCH, "a"))
                .as("nothing is judged before it is durable")
                .isTrue();
    }

    private void awaitReport() throws InterruptedIOException {
        try {
            if (!reported.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new InterruptedIOException("the own report waits for this answer");
            }
        } catch (InterruptedException stopped) {
            throw new InterruptedIOException(stopped.toString());
        }
    }

    @Test
    void onlyPromisesThatArrivedCount() throws Exception {
        assertThat(run(peer -> {
                    throw new IOException("no answer in time");
                }))
                .as("alone")
                .isInstanceOf(Takeover.Result.StepBack.class);
        assertThat(run(peer -> promised("x")))
                .as("of nobody who was asked")
                .isInstanceOf(Takeover.Result.StepBack.class);
        assertThat(run(peer -> {
                    if (peer.equals("b")) {
                        return promised("b");
                    }
                    throw new IOException("no answer in time");
                }))
                .as("two of three")
                .isInstanceOf(Takeover.Result.Ready.class);
    }

    private final class Recorded implements NodeHoldings {
        @Override
        public List<Holding> barredBelow(Epoch below) {
            steps.add("the own report");
            reported.countDown();
            Position head = new Position(new Epoch(6), new Txid(3), StateChecksum.EMPTY);
            return List.of(new Holding("app", new UUID(1, 2), false, head));
        }

        @Override
        public void fetch(Verdict.Lacking lacking, Epoch epoch, BooleanSupplier goesOn) {
            throw new IllegalStateException("nobody has anything");
        }

        @Override
        public void dropIfPresent(String database, UUID id) {
            throw new IllegalStateException("nothing was dropped");
        }
    }
}
