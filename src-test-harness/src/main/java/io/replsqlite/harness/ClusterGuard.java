package io.replsqlite.harness;

import io.replsqlite.base.NamedThreads;
import io.replsqlite.harness.cluster.LocalCluster;
import java.io.IOException;

/** Ends a cluster in good order also when this process is told to stop. */
final class ClusterGuard {
    private ClusterGuard() {}

    static void stopAtExit(LocalCluster cluster) {
        Runtime.getRuntime().addShutdownHook(NamedThreads.single("shutdown", () -> stop(cluster)));
    }

    private static void stop(LocalCluster cluster) {
        try {
            cluster.close();
        } catch (IOException failure) {
            System.err.println("error: the cluster did not stop in good order");
            System.err.println("why:   " + failure.getMessage());
            System.err.println("do:    start it again on the same directory: the nodes recover");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
