package io.replsqlite.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.FailurePoint;
import io.replsqlite.base.Position;
import io.replsqlite.server.store.OpenDatabase;
import io.replsqlite.status.Role;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of a node whose disk refuses the log, and how it comes back. */
class FailedLogTest extends NodesFixture {
    /** So small that the follower's log needs a new segment soon; only there is a failure point the primary never meets. */
    private static final String[] SMALL_SEGMENTS = {"log-segment-bytes", "64KiB"};

    @AfterEach
    void disarm() {
        FailurePoint.arm("");
    }

    private Position writeMoreThanASegment(ReplicaNode primary) throws Exception {
        Position last = write(primary, "insert into t values(0)");
        for (int i = 0; i < 60; i++) {
            last = write(primary, "insert into t values(randomblob(3000))");
        }
        return last;
    }

    private static String problem(ReplicaNode node) {
        return database(node).problem().orElse("");
    }

    @Test
    void aFollowerWhoseDiskWasFullGoesOnByItselfWhenThereIsRoom() throws Exception {
        ReplicaNode primary = start("a");
        Position created = write(primary, "create table t(x)");
        ReplicaNode follower = start("b", SMALL_SEGMENTS);
        awaitApplied(follower, created);
        OpenDatabase before = database(follower).files().orElseThrow();

        FailurePoint.arm("LOG_SEGMENT_CREATED=full");
        Position last = writeMoreThanASegment(primary);
        await("the follower to say why", () -> problem(follower).contains("No space left"));
        long shown = count("b"); // readable, at whatever it had come to
        assertThat(shown).isLessThan(61);

        FailurePoint.arm("");
        awaitApplied(follower, last);
        assertThat(database(follower).files().orElseThrow()).isNotSameAs(before);
        assertThat(problem(follower)).isEmpty();
        assertThat(count("b")).isEqualTo(61);
        assertSound(follower);
    }

    @Test
    void aFollowerWithAFailedLogCanStillBecomeThePrimary() throws Exception {
        ReplicaNode primary = start("a");
        Position created = write(primary, "create table t(x)");
        ReplicaNode follower = start("b", SMALL_SEGMENTS);
        awaitApplied(follower, created);
        FailurePoint.arm("LOG_SEGMENT_CREATED=full");
        Position ignored = writeMoreThanASegment(primary);
        await("the follower to say why", () -> problem(follower).contains("No space left"));

        FailurePoint.arm("");
        stop("a"); // which waits for the follower, at most two seconds
        await("b to lead", follower::isPrimary);
        assertThat(write(follower, "insert into t values(1)").epoch().isAfter(created.epoch()))
                .isTrue();
        assertSound(follower);
    }

    @Test
    void aPrimaryWhoseLogFailsSaysWhatToDo() throws Exception {
        ReplicaNode primary = start("a");
        write(primary, "create table t(x)");
        FailurePoint.arm("LOG_SYNCED=error");
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> write(primary, "insert into t values(1)")))
                .isNotNull();
        await("the node to give up", () -> primary.role() == Role.FAILED);

        HttpRequest request = HttpRequest.newBuilder(URI.create(primary.url() + "/v1/status"))
                .header("Authorization", "Bearer a-token-that-both-nodes-know")
                .build();
        String status = HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
        assertThat(status)
                .contains("\"role\":\"failed\"", "\"remedy\":\"Remove the cause", "Input/output error (injected");
    }

    @Test
    void aTenureThatCannotBeginLeavesNoLockBehind() throws Exception {
        write(start("a"), "create table t(x)");
        stop("a");
        Path file = directory.resolve("a").resolve("app.db");
        execute(file, "insert into t values(1)"); // has to be captured before anything is led
        FailurePoint.arm("LOG_APPENDED=error@2"); // the first is the epoch's
        assertThat(start("a").role()).isEqualTo(Role.FAILED);

        FailurePoint.arm("");
        Process other = new ProcessBuilder(
                        "python3",
                        "-c",
                        "import sqlite3,sys;c=sqlite3.connect(sys.argv[1],timeout=0);"
                                + "c.execute('insert into t values(2)');c.commit();import os;os._exit(0)",
                        file.toString())
                .inheritIO()
                .start();
        assertThat(other.waitFor()).isZero();
    }

    private static void execute(Path file, String sql) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
