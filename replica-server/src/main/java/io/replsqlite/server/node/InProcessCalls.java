package io.replsqlite.server.node;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.EpochHistory;
import io.replsqlite.embed.CallRefusedException;
import io.replsqlite.embed.NodeCalls;
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
        try {
            boolean ignored = SessionRoutes.showLife(calls.database(database), transaction);
        } catch (CallRefusedException gone) {
            LOG.log(Level.DEBUG, "a sign of life for a database that is not here", gone);
        }
    }

    @Override
    public void cancel(String database, RequestId id) {
        try {
            boolean ignored = sessions.cancel(calls.database(database), id);
        } catch (CallRefusedException gone) {
            LOG.log(Level.DEBUG, "nothing to cancel in a database that is not here", gone);
        }
    }

    @Override
    public void abandon(String database, RequestId transaction) {
        try {
            boolean ignored = SessionRoutes.abandon(calls.database(database), transaction);
        } catch (CallRefusedException gone) {
            LOG.log(Level.DEBUG, "nothing to abandon in a database that is not here", gone);
        }
    }
}
