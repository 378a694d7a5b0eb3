package io.replsqlite.server.admin;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.NamedThreads;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/**
 * Whether all nodes hold the same pages: each reads every page of its replica at the same time, and again while they were
 * not caught at one txid.
 */
public final class ReplicaComparison {
    private static final long PAUSE_NANOS = 20_000_000;

    private ReplicaComparison() {}

    public enum Verdict {
        /** The same pages everywhere, at one txid, and they are what the log says. */
        EQUAL,
        /** A page is not what the log says, or nodes differ at one txid, or one stays behind an idle primary. */
        DIFFERENT,
        /** Commits came faster than the nodes could be caught at one txid; nothing wrong was seen. */
        MOVING
    }

    /** @param scans one of each node, in the order in which the nodes were given */
    public record Result(String database, Verdict verdict, List<ReplicaScan> scans) {
        public Result {
            scans = List.copyOf(scans);
        }
    }

    /** @throws IOException if a node cannot be asked or has no such database */
    public static Result compare(String database, List<NodeClient> nodes, Deadline deadline)
            throws IOException, InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(nodes.size(), NamedThreads.of("scan"));
        try {
            List<ReplicaScan> before = List.of();
            while (true) {
                List<ReplicaScan> scans = scanAll(database, nodes, threads);
                if (!scans.stream().allMatch(ReplicaScan::isIntact)) {
                    return new Result(database, Verdict.DIFFERENT, scans);
                }
                if (distinctTxids(scans) == 1) {
                    boolean equal =
                            scans.stream().map(ReplicaScan::found).distinct().count() == 1;
                    return new Result(database, equal ? Verdict.EQUAL : Verdict.DIFFERENT, scans);
                }
                if (deadline.hasPassed()) {
                    boolean stuck = scans.equals(before);
                    return new Result(database, stuck ? Verdict.DIFFERENT : Verdict.MOVING, scans);
                }
                before = scans;
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static long distinctTxids(List<ReplicaScan> scans) {
        return scans.stream().mapToLong(ReplicaScan::txid).distinct().count();
    }

    private static List<ReplicaScan> scanAll(String database, List<NodeClient> nodes, ExecutorService threads)
            throws IOException, InterruptedException {
        List<Future<ReplicaScan>> running = new ArrayList<>();
        for (NodeClient node : nodes) {
            running.add(threads.submit(() -> node.scan(database)));
        }
        List<ReplicaScan> scans = new ArrayList<>();
        for (int i = 0; i < running.size(); i++) {
            try {
                scans.add(running.get(i).get());
            } catch (ExecutionException failed) {
                Throwable cause = failed.getCause() == null ? failed : failed.getCause();
                throw new IOException(
                        "node " + nodes.get(i).url() + " cannot be compared: " + cause.getMessage(), cause);
            }
        }
        return scans;
    }
}
