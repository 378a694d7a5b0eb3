package io.replsqlite.harness.torture;

import io.replsqlite.harness.cluster.LocalCluster;
import io.replsqlite.harness.history.Recorder;
import java.util.Random;
import java.util.concurrent.CountDownLatch;

/**
 * What a client is given.
 *
 * @param number of the client, never used again
 * @param node beside which it begins
 * @param stop zero when it is to end
 */
record Seat(
        int round, int number, int node, LocalCluster cluster, Recorder recorder, Random random, CountDownLatch stop) {}
