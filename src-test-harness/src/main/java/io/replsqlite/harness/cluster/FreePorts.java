package io.replsqlite.harness.cluster;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Ports of the loopback address that were free a moment ago. They lie below the range from which the kernel serves
 * outgoing connections, so that a stopped node finds its port free when it starts again. Of two test processes at work at
 * once each has its own half: what one has found and not yet bound, the other does not find.
 */
public final class FreePorts {
    private static final int LOWEST = 20_000;
    private static final int HIGHEST = 32_000;
    private static final int HALF = (HIGHEST - LOWEST) / 2;
    private static final Range RANGE = Range.of(Integer.getInteger("test.forkNumber", 0));
    private static final int ATTEMPTS = 1_000;

    private FreePorts() {}

    /** @param end is not in it */
    record Range(int begin, int end) {
        /** @param fork from 1; 0 where there is one process only */
        static Range of(int fork) {
            if (fork == 0) {
                return new Range(LOWEST, HIGHEST);
            }
            int begin = LOWEST + (fork - 1) % 2 * HALF;
            return new Range(begin, begin + HALF);
        }

        int draw(Random random) {
            return begin + random.nextInt(end - begin);
        }
    }

    public static List<Integer> find(int count) throws IOException {
        Random random = new Random();
        List<ServerSocket> held = new ArrayList<>();
        try {
            for (int attempt = 0; attempt < ATTEMPTS && held.size() < count; attempt++) {
                bind(RANGE.draw(random)).ifPresent(held::add);
            }
            if (held.size() < count) {
                throw new IOException("no " + count + " free ports in " + RANGE);
            }
            return held.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            for (ServerSocket socket : held) {
                socket.close();
            }
        }
    }

    /** Empty if another process has the port, or this one already. */
    private static Optional<ServerSocket> bind(int port) throws IOException {
        try {
            return Optional.of(new ServerSocket(port, 1, InetAddress.getLoopbackAddress()));
        } catch (BindException taken) {
            return Optional.empty();
        }
    }
}
