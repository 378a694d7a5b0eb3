package io.replsqlite.harness.fault;

import io.replsqlite.base.NamedThreads;
import io.replsqlite.wire.ExecuteRequest.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Writes small transactions to a primary as fast as it answers, also while it is away, and enters in a {@link Ledger} what
 * became of each. The content depends on the seed alone. One thread; it starts paused, the rest is for the owner.
 */
public final class LedgerWriter implements AutoCloseable {
    private static final String SCHEMA = "create table if not exists ledger(id integer primary key);"
            + "create table if not exists filler(slot integer primary key, body blob)";
    private static final int SLOTS = 120;
    private static final int MAX_BODY_BYTES = 6000;

    private final NodeClient primary;
    private final Ledger ledger;
    private final Random random;
    private final ReentrantLock gate = new ReentrantLock(true);
    private final Thread thread;
    private volatile boolean stopping;

    /** Starts paused. */
    public LedgerWriter(NodeClient primary, Ledger ledger, long seed) {
        this.primary = primary;
        this.ledger = ledger;
        this.random = new Random(seed);
        this.thread = NamedThreads.single("ledger-writer", this::run);
        gate.lock();
        thread.start();
    }

    /** Lets it write, or go on. By the thread that paused it. */
    public void resume() {
        gate.unlock();
    }

    /** Returns once no write is under way. */
    public void pause() {
        gate.lock();
    }

    private void run() {
        try {
            while (!stopping) {
                gate.lockInterruptibly();
                boolean reached;
                try {
                    reached = writeOne();
                } finally {
                    gate.unlock();
                }
                if (!reached) {
                    Await.oneInterval();
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** False if it makes no sense to try again at once. */
    private boolean writeOne() throws InterruptedException {
        long id = ledger.nextId();
        NodeClient.Outcome outcome = primary.execute(NodePair.DATABASE, transaction(id));
        if (outcome instanceof NodeClient.Outcome.Acknowledged) {
            ledger.acknowledged(id);
            return true;
        } else if (outcome instanceof NodeClient.Outcome.Unknown unknown) {
            ledger.unknown(id, unknown.why());
        } else if (outcome instanceof NodeClient.Outcome.Refused refused) {
            ledger.refused(id, refused.why());
            createSchemaIf(refused.why());
        }
        return false;
    }

    private void createSchemaIf(String refusal) throws InterruptedException {
        if (refusal.contains("no such table")) {
            for (String sql : SCHEMA.split(";", -1)) {
                var ignored = primary.execute(NodePair.DATABASE, List.of(Statement.of(sql)));
            }
        }
    }

    private List<Statement> transaction(long id) {
        List<Statement> statements = new ArrayList<>();
        statements.add(with("insert into ledger(id) values (?)", id));
        byte[] body = new byte[random.nextInt(MAX_BODY_BYTES)];
        random.nextBytes(body);
        statements.add(
                with("insert or replace into filler(slot, body) values (?, ?)", (long) random.nextInt(SLOTS), body));
        if (random.nextInt(20) == 0) {
            statements.add(with("delete from filler where slot % 5 = ?", (long) random.nextInt(5)));
        }
        return statements;
    }

    private static Statement with(String sql, Object... values) {
        List<@Nullable Object> entry = new ArrayList<>(List.of(values));
        return new Statement(sql, List.of(entry));
    }

    /** Ends it, paused or not; by the owner. */
    @Override
    public void close() throws InterruptedException {
        stopping = true;
        thread.interrupt();
        thread.join();
    }
}
