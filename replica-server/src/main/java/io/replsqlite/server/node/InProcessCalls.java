package io.replsqlite.server.node;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.EpochHistory;
import io.replsqlite.embed.CallRefusedException;
import io.replsqlite.embed.NodeCalls;
import io.replsqlite.server.database.ReplicatedDatabase;
import io.replsqlite.wire.CursorRequest;
import io.replsqlite.wire.ExecuteRequest;
import io.replsqlite.wire.ExecuteResponse;
import io.replsqlite.wire.HeadResponse;
import io.replsqlite.wire.OutcomeAnswer;
import io.replsqlite.wire.OutcomeQuestion;
import io.replsqlite.wire.RequestId;
import io.replsqlite.wire.TransactionStep;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.function.Predicate;

/** What the routes answer, without HTTP and without encoding. */
final class InProcessCalls implements NodeCalls {
    private static final Logger LOG = System.getLogger(InProcessCalls.class.getName());

    private final DriverCalls calls;
    private final ExecuteRoute execute;
    private final SessionRoutes sessions;
    private final OutcomeRoute outcomes;
    private final HeadRoutes heads;

    InProcessCalls(
            DriverCalls calls, ExecuteRoute execute, SessionRoutes sessions, OutcomeRoute outcomes, HeadRoutes heads) {
        this.calls = calls;
        this.execute = execute;
        this.sessions = sessions;
        this.outcomes = outcomes;
        this.heads = heads;
    }

    @Override
    public ExecuteResponse execute(ExecuteRequest request) throws IOException, InterruptedException {
        return execute.execute(request.database(), request);
    }

    @Override
    public ExecuteResponse step(TransactionStep step) throws IOException, InterruptedException {
        return sessions.step(step.database(), step);
    }

    @Override
    public ExecuteResponse page(CursorRequest request) throws CallRefusedException {
        return sessions.page(request.database(), request);
    }

    @Override
    public OutcomeAnswer outcome(String database, OutcomeQuestion question)
            throws CallRefusedException, InterruptedException {
        return outcomes.outcome(database, question);
    }

    @Override
    public HeadResponse head(String database, Epoch known) throws IOException {
        return heads.head(database, known);
    }

    @Override
    public EpochHistory epochs(String database) throws CallRefusedException {
        return heads.epochs(database);
    }

    @Override
    public void showLife(String database, RequestId transaction) {
        signal("a sign of life", database, known -> SessionRoutes.showLife(known, transaction));
    }

    @Override
    public void cancel(String database, RequestId id) {
        signal("a cancellation", database, known -> sessions.cancel(known, id));
    }

    @Override
    public void abandon(String database, RequestId transaction) {
        signal("the end of a transaction", database, known -> SessionRoutes.abandon(known, transaction));
    }

    /** Whoever sends one does not ask whether there was anything for it. */
    private void signal(String what, String name, Predicate<ReplicatedDatabase> delivery) {
        try {
            boolean ignored = delivery.test(calls.database(name));
        } catch (CallRefusedException gone) {
            LOG.log(Level.DEBUG, what + " for a database that is not here", gone);
        }
    }
}
