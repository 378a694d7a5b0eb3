package io.replsqlite.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.replsqlite.api.LostWriteException;
import io.replsqlite.api.ReplicaConnection;
import io.replsqlite.api.Token;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.EpochHistory;
import io.replsqlite.base.Txid;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a session has seen, across failovers that keep it, lose it, or cannot say yet. */
@Timeout(30)
class TokenTest {
    @TempDir
    Path directory;

    private FakePrimary primary;
    private ReplicaConnection session;

    @BeforeEach
    void start() throws IOException, SQLException {
        primary = new FakePrimary(directory);
        session = DriverManager.getConnection(primary.jdbcUrl() + "?onStale=fail&readTimeout=30ms")
                .unwrap(ReplicaConnection.class);
    }

    @AfterEach
    void stop() throws SQLException {
        session.close();
        primary.close();
    }

    private void read() throws SQLException {
        try (Statement statement = session.createStatement();
                ResultSet result = statement.executeQuery("select count(*) from t")) {
            assertThat(result.next()).isTrue();
        }
    }

    private void write() throws SQLException {
        try (Statement statement = session.createStatement()) {
            statement.executeUpdate("insert into t(name) values(hex(randomblob(8)))");
        }
    }

    private Token token(long epoch, long txid) {
        return new Token(primary.databaseId, new Epoch(epoch), new Txid(txid));
    }

    private void secondEpochStartsAt(long txid) {
        primary.history = new EpochHistory(List.of(
                new EpochHistory.Start(new Epoch(1), new Txid(1)),
                new EpochHistory.Start(new Epoch(2), new Txid(txid))));
    }

    @Test
    void goesOnAfterAFailoverThatKeptWhatItHasSeen() throws SQLException {
        write();
        write();
        secondEpochStartsAt(3);
        primary.beginEpoch(2, 2);
        read();
        assertThat(session.token()).isEqualTo(token(2, 2));
        read();
        assertThat(primary.historyQuestions.get()).as("asked once").isEqualTo(1);
    }

    @Test
    void isToldOnceThatItsWriteWasLostThenGoesOn() throws SQLException {
        write();
        write();
        secondEpochStartsAt(2);
        primary.beginEpoch(2, 50);
        LostWriteException lost = catchThrowableOfType(LostWriteException.class, this::read);
        assertThat(lost.getSQLState()).isEqualTo("58R02");
        assertThat(lost.lost()).isEqualTo(token(1, 2));
        read();
        assertThat(session.token()).isEqualTo(token(2, 50));
    }

    @Test
    void findsALossThatItsNextWriteWouldHide() throws SQLException {
        write();
        write();
        secondEpochStartsAt(2);
        primary.beginEpoch(2, 1);
        write();
        assertThat(session.token()).isEqualTo(token(2, 2));
        assertThatThrownBy(this::read).isInstanceOf(LostWriteException.class);
        read();
    }

    @Test
    void doesNotTakeTheSameNumberInAnOlderEpochForItsOwn() throws SQLException {
        primary.beginEpoch(1, 100);
        session.adopt(token(2, 50));
        assertThatThrownBy(this::read)
                .isInstanceOf(SQLTransientConnectionException.class)
                .hasMessageContaining("must see 50 of epoch 2");
        secondEpochStartsAt(40);
        primary.beginEpoch(2, 50);
        read();
    }

    @Test
    void doubtsATokenOfAnOlderEpochUntilTheNodeTellsItsHistory() throws SQLException {
        secondEpochStartsAt(40);
        primary.beginEpoch(2, 60);
        read();
        EpochHistory known = primary.history;
        primary.history = null;
        session.adopt(token(1, 39));
        assertThatThrownBy(this::read)
                .isInstanceOf(SQLTransientConnectionException.class)
                .hasMessageContaining("no history");
        primary.history = known;
        session.setClientInfo("readTimeout", "10s");
        read();
        session.adopt(token(1, 40));
        assertThatThrownBy(this::read).isInstanceOf(LostWriteException.class);
    }

    @Test
    void travelsAsClientInfo() throws SQLException {
        write();
        String text = session.getClientInfo("token");
        assertThat(Token.parse(text)).isEqualTo(token(1, 1));
        session.setClientInfo("token", token(1, 7).toString());
        assertThatThrownBy(this::read).hasMessageContaining("must see 7");
        session.setConsistency(io.replsqlite.api.Consistency.EVENTUAL);
        read();
    }
}
