package io.replsqlite.lease.curator;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.NamedThreads;
import io.replsqlite.lease.Candidate;
import io.replsqlite.lease.LeaseException;
import io.replsqlite.lease.LeaseListener;
import io.replsqlite.lease.LeaseProvider;
import io.replsqlite.lease.Member;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.retry.RetryNTimes;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.jspecify.annotations.Nullable;

/**
 * The lease in ZooKeeper: survives the loss of any node and of a minority of the ensemble.
 *
 * <p>A connection that is suspended changes nothing until the deadline; a session that is lost, a deadline that passed, a
 * candidate that was removed or a higher epoch end the tenure at once, with one call of {@code lost}. Then this node
 * competes again, behind the others. Its next tenure has another epoch.
 */
public final class ZooKeeperLease implements LeaseProvider {
    private static final Logger LOG = System.getLogger(ZooKeeperLease.class.getName());
    private static final int RENEWALS_PER_SESSION = 6;
    private static final Duration LONGEST_CONNECT = Duration.ofSeconds(3);
    private static final Duration LONGEST_END = Duration.ofSeconds(5);
    private static final long NAME_PAUSE_NANOS = 200_000_000;

    private final ZooKeeperLeaseSettings settings;
    private final MonotonicClock clock;
    private final CuratorFramework client;
    private final LeaseTree tree;
    private final ScheduledExecutorService io =
            Executors.newSingleThreadScheduledExecutor(NamedThreads.of("lease-zookeeper-io"));
    private final ScheduledExecutorService calls =
            Executors.newSingleThreadScheduledExecutor(NamedThreads.of("lease-zookeeper"));
    private volatile @Nullable TenureWatch tenures;
    private volatile @Nullable Election election;
    private volatile boolean closing;

    // On the io thread only.
    private @Nullable String reportedProblem;

    public ZooKeeperLease(ZooKeeperLeaseSettings settings, MonotonicClock clock) {
        this.settings = settings;
        this.clock = clock;
        this.client = client(settings);
        this.tree = new LeaseTree(client, settings.connect().path(), settings.credentials() != null);
    }

    /** Never retries by itself: a round that failed is followed by another, with a new look and a new send time. */
    private static CuratorFramework client(ZooKeeperLeaseSettings settings) {
        long connectMillis = Math.min(settings.sessionTimeout().toMillis(), LONGEST_CONNECT.toMillis());
        CuratorFrameworkFactory.Builder builder = CuratorFrameworkFactory.builder()
                .connectString(settings.connect().servers())
                .sessionTimeoutMs(Math.toIntExact(settings.sessionTimeout().toMillis()))
                .connectionTimeoutMs(Math.toIntExact(connectMillis))
                .retryPolicy(new RetryNTimes(0, 0))
                .threadFactory(NamedThreads.of("lease-curator"))
                .ensembleTracker(false)
                .dontUseContainerParents();
        if (settings.credentials() != null) {
            builder.authorization("digest", settings.credentials().getBytes(UTF_8));
        }
        return builder.build();
    }

    @Override
    public void start(Candidate self, LeaseListener listener) throws LeaseException {
        TenureWatch watch = new TenureWatch(listener, calls);
        Election voting =
                new Election(tree, self, new ClusterId(settings.clusterIdFile()), watch, this::changed, clock);
        tenures = watch;
        election = voting;
        client.getConnectionStateListenable().addListener((ignored, state) -> connection(state));
        client.start();
        if (connects()) {
            firstLook(voting);
        }
        watch.start();
        long intervalMillis = Math.max(1, settings.sessionTimeout().toMillis() / RENEWALS_PER_SESSION);
        var ignored = io.scheduleWithFixedDelay(this::round, 0, intervalMillis, TimeUnit.MILLISECONDS);
    }

    private boolean connects() throws LeaseException {
        try {
            boolean connected = client.blockUntilConnected(
                    Math.toIntExact(settings.startWait().toMillis()), TimeUnit.MILLISECONDS);
            if (!connected) {
                LOG.log(
                        Level.WARNING,
                        "ZooKeeper at {0} does not answer for {1} ms. Until it does, this node has no role and takes no"
                                + " writes; it keeps trying. Check that the ensemble runs and that its address is right.",
                        settings.connect().servers(),
                        Long.toString(settings.startWait().toMillis()));
            }
            return connected;
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            close();
            throw new LeaseException("Interrupted while waiting for ZooKeeper at " + settings.connect(), stopping);
        }
    }

    /** What can never become right by waiting ends the start. */
    private void firstLook(Election voting) throws LeaseException {
        Future<?> look = io.submit(() -> {
            enterPatiently(voting);
            return null;
        });
        try {
            look.get();
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            close();
            throw new LeaseException("Interrupted while entering " + settings.connect(), stopping);
        } catch (ExecutionException failed) {
            LeaseException hopeless = hopeless(failed.getCause());
            if (hopeless != null) {
                close();
                throw hopeless;
            }
            LOG.log(Level.WARNING, "ZooKeeper went away during the first look; trying again", failed.getCause());
        }
    }

    /** A name is free again once the session of a node has ended that was killed. */
    private void enterPatiently(Election voting) throws Exception {
        Deadline patience = Deadline.after(tree.sessionTimeout().multipliedBy(2), clock);
        while (true) {
            try {
                voting.enter(tree.sessionId());
                return;
            } catch (MemberTree.NameTakenException taken) {
                if (closing || patience.hasPassed()) {
                    throw taken;
                }
                LockSupport.parkNanos(NAME_PAUSE_NANOS);
            }
        }
    }

    private @Nullable LeaseException hopeless(@Nullable Throwable cause) {
        if (cause instanceof MemberTree.NameTakenException taken) {
            return new LeaseException(String.valueOf(taken.getMessage()), taken);
        }
        if (cause instanceof LeaseException exact) {
            return exact;
        }
        Optional<String> problem = cause instanceof Exception failure ? tree.problemWith(failure) : Optional.empty();
        return problem.isPresent() && cause != null ? new LeaseException(problem.get(), cause) : null;
    }

    /** The session's handle, so that a test can end the session as the server would. */
    ZooKeeper session() throws Exception {
        return client.getZookeeperClient().getZooKeeper();
    }

    /** On Curator's thread. Suspended says nothing: the deadline does. */
    private void connection(ConnectionState state) {
        LOG.log(Level.INFO, "ZooKeeper connection: {0}", state);
        TenureWatch watch = tenures;
        if (state == ConnectionState.LOST && watch != null && !closing) {
            watch.endCurrent("the ZooKeeper session is lost");
        } else if (state.isConnected()) {
            lookSoon();
        }
    }

    /** On ZooKeeper's event thread. */
    private void changed(WatchedEvent event) {
        Election voting = election;
        if (voting != null && tree.members().isBelow(event.getPath())) {
            voting.membersChanged();
        }
        if (event.getType() != Watcher.Event.EventType.None && !tree.isRenewal(event.getPath(), event.getType())) {
            lookSoon();
        }
    }

    private void lookSoon() {
        try {
            io.execute(this::round);
        } catch (RejectedExecutionException rejected) {
            if (!closing) {
                throw rejected;
            }
        }
    }

    private void round() {
        Election voting = election;
        if (closing || voting == null || !client.getZookeeperClient().isConnected()) {
            return; // when it connects, the listener asks for a round
        }
        try {
            voting.round();
            reportedProblem = null;
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        } catch (Exception failure) {
            report(failure);
        }
    }

    /** The next round tries again; one message per kind of failure is enough. */
    private void report(Exception failure) {
        String text = tree.problemWith(failure).orElseGet(() -> String.valueOf(failure));
        if (!closing && !text.equals(reportedProblem)) {
            reportedProblem = text;
            LOG.log(Level.WARNING, "the lease at " + settings.connect() + " makes no progress: " + text, failure);
        }
    }

    @Override
    public List<Member> members() {
        Election voting = election;
        return voting == null ? List.of() : voting.members();
    }

    @Override
    public void resign(@Nullable String successor, Duration pause) {
        TenureWatch watch = tenures;
        Election voting = election;
        if (watch == null || voting == null) {
            return;
        }
        voting.resigns();
        Tenure given = watch.giveUp();
        if (given == null) {
            voting.resignedAlready();
            return;
        }
        onIoThread("the tenure is given up, and ZooKeeper ends it with the session", () -> {
            voting.giveUp(given, successor, pause);
            return null;
        });
        lookSoon();
    }

    @Override
    public void confirm() {
        lookSoon();
    }

    @Override
    public String describe() {
        return settings.toString();
    }

    /** The node must have ended its writes: another may be granted the lease before this returns. */
    @Override
    public void close() {
        if (closing) {
            return;
        }
        closing = true;
        TenureWatch watch = tenures;
        if (watch != null) {
            watch.resign();
        }
        leaveQueue();
        io.shutdownNow();
        calls.shutdownNow();
        client.close();
    }

    /** If ZooKeeper is out of reach the candidate goes with the session. */
    private void leaveQueue() {
        Election voting = election;
        if (voting == null || !client.getZookeeperClient().isConnected()) {
            return;
        }
        onIoThread("the candidate ends with its session", () -> {
            voting.leave();
            return null;
        });
    }

    /** Waits for a step, but not for ever. */
    private void onIoThread(String otherwise, Callable<?> step) {
        Future<?> done = io.submit(step);
        try {
            done.get(LONGEST_END.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException unanswered) {
            LOG.log(Level.INFO, "{0}: {1}", otherwise, String.valueOf(unanswered.getMessage()));
        }
    }
}
