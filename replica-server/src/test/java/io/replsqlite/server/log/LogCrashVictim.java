package io.replsqlite.server.log;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.Txid;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/** The process that {@link LogCrashTest} lets die: does everything a log can do, and prints what it may promise. */
final class LogCrashVictim {
    static final long RESET_TXID = 500;

    private LogCrashVictim() {}

    public static void main(String[] arguments) throws IOException {
        ChangeLog log = LogFixture.open(Path.of(arguments[0]));
        log.appendEpoch(new Epoch(1), "victim", null);
        appendGroups(log, 1, 40);
        appendStreamed(log, 41);
        log.retain(new RetentionPolicy(Long.MAX_VALUE, 0, new Txid(30)));
        appendGroups(log, 42, 50);
        say("resetting " + RESET_TXID);
        log.reset(LogFixture.position(2, RESET_TXID), log.epochHistory(), "divergence");
        say("reset " + RESET_TXID);
        log.close();
    }

    private static void appendGroups(ChangeLog log, long first, long last) throws IOException {
        for (long txid = first; txid <= last; txid++) {
            LogFixture.append(log, 1, txid);
            if (txid % 3 == 0 || txid == last) {
                log.sync();
                say("durable " + txid);
            }
        }
    }

    /** Written in several steps because it is larger than the write buffer. */
    private static void appendStreamed(ChangeLog log, long txid) throws IOException {
        try (PendingRecord record = log.append(LogFixture.commit(1, txid));
                OutputStream ltx = record.ltx()) {
            byte[] chunk = new byte[100_000];
            for (int i = 0; i < 8; i++) {
                ltx.write(chunk);
            }
            record.publish();
        }
        log.sync();
        say("durable " + txid);
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
