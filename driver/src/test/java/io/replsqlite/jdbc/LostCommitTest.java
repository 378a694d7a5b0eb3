package io.replsqlite.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import io.replsqlite.api.OutcomeUnknownException;
import io.replsqlite.api.ReplicaConnection;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.Txid;
import io.replsqlite.wire.ErrorResponse;
import io.replsqlite.wire.ErrorResponse.Kind;
import io.replsqlite.wire.ExecuteResponse;
import io.replsqlite.wire.OutcomeAnswer;
import io.replsqlite.wire.OutcomeAnswer.State;
import io.replsqlite.wire.OutcomeQuestion;
import io.replsqlite.wire.TransactionStep;
import io.replsqlite.wire.WireCodec;
import io.replsqlite.wire.WireLimits;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A primary that never answers a COMMIT, and is then asked what became of it. */
class LostCommitTest extends FakePrimaryFixture {
    private static final Epoch EPOCH = new Epoch(1);
    private static final Txid BEFORE = new Txid(5);
    private static final Txid COMMITTED = new Txid(6);

    private final WireCodec codec = WireCodec.cbor(WireLimits.DEFAULT);
    private final List<OutcomeQuestion> questions = new CopyOnWriteArrayList<>();
    private final AtomicInteger commits = new AtomicInteger();
    private volatile OutcomeAnswer outcome = new OutcomeAnswer(State.COMMITTED, EPOCH, COMMITTED);
    private volatile ErrorResponse refusal;
    private volatile ErrorResponse secondCommit;

    @BeforeEach
    void serveTransactions() {
        primary.beginEpoch(EPOCH.value(), BEFORE.value());
        primary.serve("transactions", this::step);
        primary.serve("outcome", this::outcome);
    }

    private void step(HttpExchange exchange) throws IOException {
        try (exchange) {
            TransactionStep step = codec.decodeStep(exchange.getRequestBody());
            if (!(step.action() instanceof TransactionStep.Commit)) {
                ExecuteResponse done = ExecuteResponse.empty(step.answerId()).at(EPOCH, BEFORE);
                FakePrimary.answer(exchange, 200, codec.encode(done));
            } else if (commits.incrementAndGet() > 1 && secondCommit != null) {
                FakePrimary.answer(exchange, secondCommit.kind().httpStatus(), codec.encode(secondCommit));
            } else {
                primary.beginEpoch(EPOCH.value(), COMMITTED.value()); // the replica has it before the client knows
            }
        }
    }

    private void outcome(HttpExchange exchange) throws IOException {
        try (exchange) {
            questions.add(codec.decodeOutcomeQuestion(exchange.getRequestBody()));
            if (refusal == null) {
                FakePrimary.answer(exchange, 200, codec.encode(outcome));
            } else {
                FakePrimary.answer(exchange, refusal.kind().httpStatus(), codec.encode(refusal));
            }
        }
    }

    private Connection inTransaction() throws SQLException {
        Connection connection = connect("?writeTimeout=5s");
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            int ignored = statement.executeUpdate("insert into t(name) values('lost')");
        }
        return connection;
    }

    @Test
    void aCommitThatHasHappenedReturnsWithItsPosition() throws SQLException {
        try (Connection connection = inTransaction()) {
            connection.commit();
            assertThat(connection.unwrap(ReplicaConnection.class).token().txid())
                    .isEqualTo(COMMITTED);
        }
    }

    /** A primary whose log begins at the commit itself could otherwise take its absence there for a proof. */
    @Test
    void theQuestionNamesWhatWasKnownBeforeTheCommitWasSent() throws SQLException {
        try (Connection connection = inTransaction()) {
            connection.commit();
        }
        assertThat(questions).extracting(OutcomeQuestion::since).containsExactly(BEFORE);
    }

    @Test
    void aCommitThatHasNotHappenedMayBeRepeated() throws SQLException {
        outcome = new OutcomeAnswer(State.NOT_COMMITTED, Epoch.NONE, Txid.ZERO);
        try (Connection connection = inTransaction()) {
            assertThatThrownBy(connection::commit)
                    .isInstanceOf(SQLTransactionRollbackException.class)
                    .extracting(failure -> ((SQLException) failure).getSQLState())
                    .isEqualTo("40001");
        }
    }

    @Test
    void whoRefusesToTellDoesNotHideThatTheCommitMayHaveHappened() throws SQLException {
        refusal = ErrorResponse.of(Kind.UNAUTHORIZED, "another token is needed now");
        try (Connection connection = inTransaction()) {
            OutcomeUnknownException unknown = catchThrowableOfType(OutcomeUnknownException.class, connection::commit);
            assertThat(unknown.getSQLState()).isEqualTo("08007");
            assertThat(unknown.getSuppressed())
                    .singleElement()
                    .satisfies(why -> assertThat(why).hasMessageContaining("another token"));
        }
    }

    @Test
    void aNodeThatRefusesToLookAtTheCommitAgainHasNotRefusedTheCommit() throws SQLException {
        secondCommit = ErrorResponse.of(Kind.UNAUTHORIZED, "another token is needed now");
        try (Connection connection = inTransaction()) {
            connection.commit();
        }
        assertThat(commits).hasValue(2);
        assertThat(questions).hasSize(1);
    }
}
