package io.replsqlite.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RescuedCommandTest {
    private static final String NAME = "0000000000000001-0000000000000005-0000000000000006-8000000000000001";
    private static final String MANIFEST = """
            {"database":"app","databaseId":"00000000-0000-0001-0000-000000000002","node":"node1",
             "when":"2026-01-02T03:04:05Z","epoch":1,"firstTxid":5,"lastTxid":6,
             "common":"1-0000000000000004-8000000000000002","logHead":"1-0000000000000006-8000000000000001",
             "lostToEpoch":2,"lostToHolder":"node2","transactions":2,"notLogged":0,"pageSize":4096,
             "rows":1,"pageLines":0%s}
            """;

    @TempDir
    Path directory;

    private String out = "";
    private String err = "";

    private int run(String... arguments) {
        StringWriter outText = new StringWriter();
        StringWriter errText = new StringWriter();
        int code = Main.commandLine()
                .setOut(new PrintWriter(outText))
                .setErr(new PrintWriter(errText))
                .execute(arguments);
        out = outText.toString();
        err = errText.toString();
        return code;
    }

    private Path tail(String database, String more) throws Exception {
        Path tail = Files.createDirectories(directory
                .resolve(database + ".db-replsqlite")
                .resolve("rescued")
                .resolve(NAME));
        Files.writeString(tail.resolve("manifest.json"), MANIFEST.formatted(more));
        Files.writeString(tail.resolve("rows.jsonl"), "{\"table\":\"t\"}\n");
        Files.writeString(tail.resolve("transactions.jsonl"), "{\"txid\":5}\n{\"txid\":6}\n");
        return tail;
    }

    @Test
    void tailsAreListedPerDatabaseAndToldLineByLine() throws Exception {
        Path tail = tail("app", "");
        tail("other", "");
        Files.createDirectories(directory.resolve("app.db-replsqlite/rescued/20260102T030405000Z-resync-g1"));
        Files.createDirectories(directory.resolve("app.db-replsqlite/rescued/" + NAME + ".tmp"));

        assertThat(run("rescued", "--dir", directory.toString(), "--database", "app"))
                .isZero();
        assertThat(out.lines()).hasSize(2);
        assertThat(out)
                .contains(tail + ": app, 2 transactions of epoch 1 (txid 5 to 6), 1 rows, lost to epoch 2 (node2)")
                .contains("20260102T030405000Z-resync-g1: a whole log");
        assertThat(run("rescued", "--dir", directory.toString(), "--json")).isZero();
        assertThat(out.lines()).hasSize(2).allMatch(line -> line.contains("\"lostToHolder\":\"node2\""));
        assertThat(run("rescued", tail.toString())).isZero();
        assertThat(out).isEqualTo("{\"table\":\"t\"}\n");
    }

    @Test
    void aTailWithoutRowsShowsItsTransactions() throws Exception {
        Path tail = tail("app", ",\"undecoded\":\"the file was damaged\"");
        assertThat(run("rescued", "--dir", directory.toString())).isZero();
        assertThat(out).contains("rows not told: the file was damaged");
        assertThat(run("rescued", tail.toString())).isZero();
        assertThat(out.lines()).containsExactly("{\"txid\":5}", "{\"txid\":6}");
    }

    @Test
    void whatIsNoTailIsRefusedWithAReport() throws Exception {
        assertThat(run("rescued", "--dir", directory.toString())).isZero();
        assertThat(out).contains("Nothing was rescued here.");
        assertThat(run("rescued", directory.resolve("nothing").toString())).isNotZero();
        assertThat(err).contains("cannot show what was rescued").contains("do:");
        Path tail = tail("app", "");
        Files.writeString(tail.resolve("manifest.json"), "{\"database\":\"app\"}");
        assertThat(run("rescued", "--dir", directory.toString())).isNotZero();
        assertThat(err).contains("manifest.json");
    }
}
