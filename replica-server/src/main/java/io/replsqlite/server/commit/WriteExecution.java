package io.replsqlite.server.commit;

import io.replsqlite.base.FailurePoint;
import io.replsqlite.base.Position;
import io.replsqlite.server.capture.Capture;
import io.replsqlite.server.commit.WriteFailedException.Outcome;
import io.replsqlite.server.wal.WalMark;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Executes waiting writes, as many as may in one transaction, and captures what they committed. What it leaves in
 * {@link #captured} is in the log and not yet durable. For the writer thread.
 */
final class WriteExecution implements AutoCloseable {
    private final Connection connection;
    private final Capture capture;
    private final WriterTransaction transaction;
    private final Function<WriteTask<?>, @Nullable WriteFailedException> admission;
    private final BeforeClient beforeClient;
    private final VisibleBound visible;
    private final BiConsumer<WriteTask<?>, Exception> refused;
    private final List<WriteTask<?>> captured = new ArrayList<>();

    /** What SQLite may have committed while nobody knows yet whether it is in the log. */
    private final List<WriteTask<?>> inProgress = new ArrayList<>();

    /** Makes durable and answers what was committed, before the writer waits for a client under SQLite's write lock. */
    interface BeforeClient {
        void settle() throws IOException;
    }

    /**
     * @param admission says why a write must not start now, null if it may
     * @param refused answers what SQLite has refused
     */
    WriteExecution(
            Connection connection,
            Capture capture,
            Function<WriteTask<?>, @Nullable WriteFailedException> admission,
            BeforeClient beforeClient,
            VisibleBound visible,
            BiConsumer<WriteTask<?>, Exception> refused)
            throws SQLException {
        this.connection = connection;
        this.capture = capture;
        this.admission = admission;
        this.beforeClient = beforeClient;
        this.visible = visible;
        this.refused = refused;
        this.transaction = new WriterTransaction(connection, capture, visible);
    }

    List<WriteTask<?>> captured() {
        return captured;
    }

    /** Everything whose outcome is not known should the writer end now. */
    List<WriteTask<?>> unanswered() {
        List<WriteTask<?>> all = new ArrayList<>(captured);
        all.addAll(inProgress);
        return all;
    }

    void execute(ArrayDeque<WriteTask<?>> waiting) throws IOException, SQLException {
        while (!waiting.isEmpty()) {
            executeNext(waiting);
            inProgress.clear();
        }
    }

    /** The next write, with those behind it that may share its transaction. */
    private void executeNext(ArrayDeque<WriteTask<?>> waiting) throws IOException, SQLException {
        WriteTask<?> first = waiting.remove();
        if (!admits(first)) {
            return;
        }
        inProgress.add(first);
        while (!waiting.isEmpty() && first.canShareWith(waiting.element())) {
            WriteTask<?> neighbour = waiting.remove();
            if (admits(neighbour)) {
                inProgress.add(neighbour);
            }
        }
        if (inProgress.size() > 1) {
            executeShared(List.copyOf(inProgress));
        } else if (first.sharing() == WriteWork.Sharing.NO_TRANSACTION) {
            executeAlone(first);
        } else {
            executeInTransaction(first);
        }
    }

    private boolean admits(WriteTask<?> task) {
        WriteFailedException why = admission.apply(task);
        if (why != null) {
            task.fail(why);
        }
        return why == null;
    }

    private void executeShared(List<WriteTask<?>> tasks) throws IOException, SQLException {
        WalMark before = begin(tasks);
        if (before == null) {
            return;
        }
        if (transaction.mayBeRepairedByNeighbours()) {
            transaction.rollback();
            executeOneByOne(tasks);
            return;
        }
        SharedTransaction shared = new SharedTransaction(connection, transaction, tasks);
        if (shared.run(before, capture::walEnd) == SharedTransaction.Result.COMMITTED) {
            captureOwn(tasks, before, Capture.Owned.FIRST);
        } else {
            executeOneByOne(tasks);
        }
    }

    private void executeOneByOne(List<WriteTask<?>> tasks) throws IOException, SQLException {
        for (WriteTask<?> task : tasks) {
            executeInTransaction(task);
        }
    }

    /** Null if SQLite does not let anybody write now: all were told. */
    private @Nullable WalMark begin(List<WriteTask<?>> tasks) throws IOException {
        try {
            return transaction.begin(tasks.get(0).sessionSettings());
        } catch (SQLException refused) {
            tasks.forEach(task -> task.fail(refused));
            return null;
        }
    }

    private void executeInTransaction(WriteTask<?> task) throws IOException, SQLException {
        List<WriteTask<?>> alone = List.of(task);
        WalMark before = begin(alone);
        if (before == null) {
            return;
        }
        if (task.isInteractive()) {
            beforeClient.settle();
        }
        boolean committed = false;
        while (!committed && ran(task)) {
            SQLException refused = refusedCommit();
            committed = refused == null;
            if (refused != null && !goesOn(task, refused, before)) {
                return;
            }
        }
        if (committed) {
            captureOwn(alone, before, Capture.Owned.FIRST);
        }
    }

    private boolean ran(WriteTask<?> task) throws SQLException {
        try {
            task.run(connection);
            return true;
        } catch (SQLException | RuntimeException why) {
            transaction.rollback();
            refused.accept(task, why);
            return false;
        }
    }

    /** Null if it is committed. */
    private @Nullable SQLException refusedCommit() {
        try {
            transaction.commit();
            return null;
        } catch (SQLException refused) {
            return refused;
        }
    }

    /** Whether the transaction is still open, for its client to repair; else it is undone, and the client told. */
    private boolean goesOn(WriteTask<?> task, SQLException why, WalMark before) throws IOException, SQLException {
        boolean grown = !capture.walEnd().equals(before); // before the lock goes: later a foreign commit may come
        if (!grown && task.goesOnAfter(why)) {
            visible.settledAt(capture.position().txid()); // its client may take long to repair it
            return true;
        }
        transaction.rollback();
        if (grown) {
            task.fail(new WriteFailedException(Outcome.UNKNOWN, "COMMIT failed and yet the WAL has grown", why));
        } else {
            refused.accept(task, why);
        }
        return false;
    }

    /** A statement that is its own transaction. Foreign commits may come in between; the last one found is taken for it. */
    private void executeAlone(WriteTask<?> task) throws IOException {
        Position unused = capture.capture(null).own();
        WalMark before = capture.walEnd();
        visible.beforeCommitAfter(capture.position().txid());
        try {
            task.run(connection);
        } catch (SQLException | RuntimeException why) {
            refused.accept(task, why);
            return;
        }
        captureOwn(List.of(task), before, Capture.Owned.LAST);
    }

    /** What a neighbour was refused stands now that the transaction has committed without it. */
    private void captureOwn(List<WriteTask<?>> tasks, WalMark before, Capture.Owned which) throws IOException {
        tasks.stream().filter(WriteTask::isRefused).forEach(task -> refused.accept(task, task.refusal()));
        List<WriteTask<?>> done =
                tasks.stream().filter(task -> !task.isRefused()).toList();
        FailurePoint.CAPTURE_COMMITTED.reached();
        Position own = capture.capture(new Capture.OwnCommit(before, which, outcomes(done)))
                .own();
        Position position = own != null ? own : capture.position();
        for (WriteTask<?> task : done) {
            task.captured(position);
            captured.add(task);
        }
    }

    private static byte[] outcomes(List<WriteTask<?>> tasks) {
        if (tasks.size() == 1) {
            return tasks.get(0).outcome();
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        tasks.forEach(task -> all.writeBytes(task.outcome()));
        return all.toByteArray();
    }

    @Override
    public void close() throws SQLException {
        transaction.close();
    }
}
