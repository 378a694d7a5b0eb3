package io.replsqlite.server.majority;

import io.replsqlite.lease.Candidate;
import io.replsqlite.lease.LeaseListener;
import io.replsqlite.lease.LeaseProvider;
import io.replsqlite.lease.Member;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A lease below that says only what the test makes it say, and counts how often it was given up. */
final class SilentProvider implements LeaseProvider {
    final AtomicInteger resigned = new AtomicInteger();
    LeaseListener listener;

    @Override
    public void start(Candidate self, LeaseListener told) {
        listener = told;
    }

    @Override
    public List<Member> members() {
        return List.of();
    }

    @Override
    public void resign(String successor, Duration pause) {
        resigned.incrementAndGet();
    }

    @Override
    public void confirm() {}

    @Override
    public String describe() {
        return "none";
    }

    @Override
    public void close() {}
}
