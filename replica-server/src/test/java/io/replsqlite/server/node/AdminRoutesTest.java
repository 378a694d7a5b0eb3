package io.replsqlite.server.node;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What operators' requests do to one another, and to a database that is served. */
class AdminRoutesTest extends NodesFixture {
    private ReplicaNode node;
    private Path source;

    @BeforeEach
    void startOne() throws Exception {
        node = start("a");
        source = directory.resolve("source.sqlite");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + source);
                Statement statement = connection.createStatement()) {
            statement.execute("create table t(x)");
            statement.execute("insert into t values(1)");
        }
    }

    private static String importOf(Path file) {
        return "{\"file\":\"" + file + "\"}";
    }

    @Test
    void aSecondImportOfOneNameIsRefusedWhileTheFirstIsUnderWay() throws Exception {
        String body = importOf(source);
        try (Socket first =
                new Socket(InetAddress.getLoopbackAddress(), node.url().getPort())) {
            first.getOutputStream()
                    .write(("POST /v1/databases/shop/import HTTP/1.1\r\nHost: node\r\nConnection: close\r\n"
                                    + "Authorization: Bearer a-token-that-both-nodes-know\r\nContent-Length: "
                                    + body.length() + "\r\n\r\n")
                            .getBytes(US_ASCII));
            await("the second to be refused", () -> {
                HttpResponse<String> second =
                        post(node, "/v1/databases/shop/import", importOf(directory.resolve("no")));
                // until the first has arrived it fails for want of its file, and has changed nothing
                assertThat(second.statusCode()).isIn(409, 422);
                return second.body().contains("\"importing\"");
            });
            first.getOutputStream().write(body.getBytes(US_ASCII));
            assertThat(new String(first.getInputStream().readAllBytes(), US_ASCII))
                    .startsWith("HTTP/1.1 200 ");
        }
        HttpResponse<String> again = post(node, "/v1/databases/shop/import", body);
        assertThat(again.statusCode()).isEqualTo(409);
        assertThat(again.body()).contains("\"exists\"");
    }

    @Test
    void anImportThatFailsLeavesNothingAndCanBeRepeated() throws Exception {
        Path garbage = Files.writeString(directory.resolve("garbage"), "not a database");
        assertThat(post(node, "/v1/databases/shop/import", importOf(garbage)).statusCode())
                .isEqualTo(422);
        assertThat(post(node, "/v1/databases/shop/import", importOf(source)).statusCode())
                .isEqualTo(200);
        assertThat(post(node, "/v1/databases/shop/import", "{}").statusCode()).isEqualTo(409);
    }

    @Test
    void aDatabaseThatIsServedIsNotImportedFromUnderItsOwnNode() throws Exception {
        write(node, "create table t(x)");
        Path served = directory.resolve("a").resolve("app.db");
        HttpResponse<String> answer = post(node, "/v1/databases/copy/import", importOf(served));
        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body()).contains("\"served\"", "VACUUM INTO");
        write(node, "insert into t values(1)");
        assertSound(node);
    }

    @Test
    void aNameOfADroppedDatabaseIsFreeAgain() throws Exception {
        assertThat(post(node, "/v1/databases/shop/create", "").statusCode()).isEqualTo(200);
        assertThat(post(node, "/v1/databases/shop/create", "").statusCode()).isEqualTo(409);
        assertThat(post(node, "/v1/databases/shop/drop", "").statusCode()).isEqualTo(200);
        assertThat(post(node, "/v1/databases/shop/drop", "").statusCode()).isEqualTo(404);
        assertThat(post(node, "/v1/databases/shop/import", importOf(source)).statusCode())
                .isEqualTo(200);
    }

    @Test
    void aWriteThatIsOneTooManyIsAnsweredAsOverloadedInTheClientsFormat() throws Exception {
        stop("a");
        node = start("a", "max-waiting-writes", "1");
        try (Socket first =
                new Socket(InetAddress.getLoopbackAddress(), node.url().getPort())) {
            first.getOutputStream() // holds the only place: its body never comes
                    .write(("POST /v1/databases/app/execute HTTP/1.1\r\nHost: node\r\n"
                                    + "Authorization: Bearer a-token-that-both-nodes-know\r\nContent-Length: 9\r\n\r\n")
                            .getBytes(US_ASCII));
            await("the second to be refused", () -> {
                HttpResponse<String> second = post(node, "/v1/databases/app/execute", "");
                assertThat(second.statusCode()).isIn(400, 429);
                return second.statusCode() == 429 && second.body().contains("max-waiting-writes");
            });
            assertThat(post(node, "/v1/databases/shop/create", "").statusCode())
                    .as("other requests are served")
                    .isEqualTo(200);
        }
    }
}
