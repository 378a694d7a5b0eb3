package io.replsqlite.harness.rig;

import io.replsqlite.base.MonotonicClock;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** A process that tells its clocks, in milliseconds, whenever it is sent a line. */
final class ClockTeller {
    private ClockTeller() {}

    public static void main(String[] arguments) throws IOException {
        BufferedReader asked = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        while (asked.readLine() != null) {
            MonotonicClock clock = MonotonicClock.SYSTEM;
            System.out.println(clock.wallMillis() + " " + clock.nanoTime() / 1_000_000);
        }
    }
}
