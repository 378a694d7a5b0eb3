package io.replsqlite.harness.torture;

import io.replsqlite.api.LostWriteException;
import io.replsqlite.api.ReplicaConnection;
import io.replsqlite.api.Token;
import io.replsqlite.harness.cluster.LocalCluster;
import io.replsqlite.harness.history.Level;
import io.replsqlite.harness.history.Outcome;
import io.replsqlite.harness.history.Recorder;
import io.replsqlite.harness.history.Step;
import io.replsqlite.harness.rig.Rig;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One thread of an application beside one node: does one operation after the other and takes down what it was told. It
 * keeps its token when it has to connect anew, and when it moves to another node. For the one thread that runs it.
 */
abstract class Client implements Runnable {
    private static final String TIMES = "?writeTimeout=8s&readTimeout=500ms&connectTimeout=2s";
    private static final int PAUSE_MILLIS = 50;
    private static final long VALUES_PER_CLIENT = 1_000_000;

    final Seat seat;
    final Random random;
    private final String parameters;
    private final int thinkingMillis;
    private int node;
    private long session;
    private long values;
    private @Nullable Token token;
    private @Nullable Connection connection;

    /**
     * @param parameters of the URL, each with a leading {@code &}
     * @param thinkingMillis between two operations, at most
     */
    Client(Seat seat, String parameters, int thinkingMillis) {
        this.seat = seat;
        this.thinkingMillis = thinkingMillis;
        this.random = seat.random();
        this.parameters = parameters;
        this.node = seat.node();
        this.session = seat.number();
    }

    /** Does something; steps are noted before they are tried, reads when they are read. */
    interface Attempt {
        void run(Connection connection, List<Step> steps) throws SQLException;
    }

    /** Chooses what to do next and does it by {@link #perform} or {@link #performTransaction}. */
    abstract void operate() throws InterruptedException;

    @Override
    public final void run() {
        try {
            while (!thinks(1 + random.nextInt(thinkingMillis))) {
                operate();
            }
        } catch (InterruptedException givenUp) {
            Thread.currentThread().interrupt();
        } finally {
            disconnect();
        }
    }

    private boolean thinks(int millis) throws InterruptedException {
        return seat.stop().await(millis, TimeUnit.MILLISECONDS);
    }

    /** A value that nobody else has, higher than all before. */
    final long nextValue() {
        return seat.number() * VALUES_PER_CLIENT + ++values;
    }

    /** From now on beside another node. */
    final void moveOn() {
        disconnect();
        node = node % Rig.NODES + 1;
    }

    final void perform(Level level, Attempt attempt) throws InterruptedException {
        Connection open = connect();
        if (open == null) {
            return;
        }
        List<Step> steps = new ArrayList<>();
        long invoked = seat.recorder().nowNanos();
        long askedAs = session;
        int askedAt = node;
        Recorder.Told told;
        try {
            attempt.run(open, steps);
            told = told(open);
        } catch (SQLException failure) {
            told = new Recorder.Told(Telling.outcome(failure), 0, 0, Telling.note(failure));
            recover(open, failure);
        }
        seat.recorder().add(new Recorder.Caller(seat.number(), askedAs, askedAt, level), steps, invoked, told);
    }

    /** All of the attempt as one transaction; if it fails before COMMIT nothing has happened. */
    final void performTransaction(Level level, Attempt attempt) throws InterruptedException {
        perform(level, (open, steps) -> {
            open.setAutoCommit(false);
            attempt.run(open, steps);
            open.commit();
            open.setAutoCommit(true);
        });
    }

    private Recorder.Told told(Connection open) throws SQLException {
        Token seen = open.unwrap(ReplicaConnection.class).token();
        token = seen;
        return new Recorder.Told(Outcome.OK, seen.epoch().value(), seen.txid().value(), "");
    }

    private void recover(Connection open, SQLException failure) {
        if (failure instanceof LostWriteException) {
            session += Integer.MAX_VALUE; // what was seen before is gone, and this session has been told
            token = null;
        }
        try {
            if (!open.getAutoCommit()) {
                open.rollback();
                open.setAutoCommit(true);
            }
        } catch (SQLException broken) {
            disconnect();
        }
        if (String.valueOf(failure.getSQLState()).startsWith("08")) {
            disconnect(); // as a pool does
        }
    }

    private @Nullable Connection connect() throws InterruptedException {
        if (connection == null) {
            String url = seat.cluster().jdbcUrl(node, LocalCluster.DATABASE) + TIMES + parameters;
            try {
                Connection opened = DriverManager.getConnection(url);
                connection = opened;
                if (token != null) {
                    opened.unwrap(ReplicaConnection.class).adopt(token);
                }
            } catch (SQLException notNow) {
                moveOn();
                boolean ignored = thinks(PAUSE_MILLIS);
            }
        }
        return connection;
    }

    private void disconnect() {
        Connection open = connection;
        connection = null;
        if (open != null) {
            try {
                open.close();
            } catch (SQLException failure) {
                System.getLogger(Client.class.getName())
                        .log(System.Logger.Level.WARNING, "client " + seat.number() + " cannot close", failure);
            }
        }
    }
}
