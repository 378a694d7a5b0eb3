package io.replsqlite.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class MainTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void inspectDescribesADatabaseForPeople() throws SQLException {
        Path file = database(4096, "PRAGMA user_version = 7");
        assertThat(run("inspect", file.toString())).isEqualTo(0);
        assertThat(out.toString())
                .containsPattern("(?m)^format +SQLite database$")
                .containsPattern("(?m)^page size +4096$")
                .containsPattern("(?m)^user version +7$")
                .containsPattern("(?m)^valid +yes$");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void inspectDescribesADatabaseForPrograms() throws Exception {
        Path file = database(65536, "PRAGMA journal_mode = WAL");
        assertThat(run("inspect", file.toString(), "--json")).isEqualTo(0);
        JsonNode json = MAPPER.readTree(out.toString());
        assertThat(json.get("format").asText()).isEqualTo("SQLite database");
        assertThat(json.get("pageSize").asInt()).isEqualTo(65536);
        assertThat(json.get("journal").asText()).isEqualTo("WAL");
        assertThat(json.get("valid").asBoolean()).isTrue();
        assertThat(json.get("problems")).isEmpty();
    }

    @Test
    void inspectEndsWithThreeForAnInvalidFileAndNamesTheProblem() throws Exception {
        Path file = database(4096, "PRAGMA user_version = 7");
        Files.write(file, java.util.Arrays.copyOf(Files.readAllBytes(file), 5000));
        assertThat(run("inspect", file.toString())).isEqualTo(3);
        assertThat(out.toString())
                .containsPattern("(?m)^valid +no$")
                .containsPattern("problem +the file is no whole number of pages")
                .containsPattern("problem +the header counts 2 pages, the file holds 1");
    }

    @Test
    void aFileOfNoKnownFormatIsAnErrorInThreeLines() throws IOException {
        Path file = Files.writeString(directory.resolve("note.txt"), "hello");
        assertThat(run("inspect", file.toString())).isEqualTo(1);
        assertThat(err.toString().lines())
                .hasSize(3)
                .satisfiesExactly(
                        line -> assertThat(line).isEqualTo("error: cannot tell what " + file + " is"),
                        line -> assertThat(line).startsWith("why:   it begins with 68 65 6c 6c 6f, which"),
                        line -> assertThat(line).startsWith("do:    ").contains("SQLite database"));
    }

    @Test
    void anErrorIsJsonWhenTheAnswerWouldBe() throws IOException {
        assertThat(run("inspect", "--json", directory.resolve("absent").toString()))
                .isEqualTo(1);
        JsonNode json = MAPPER.readTree(err.toString());
        assertThat(json.get("why").asText()).isEqualTo("there is no such file");
        assertThat(json.get("do").asText()).isEqualTo("check the path");
    }

    @Test
    void directoriesAndEmptyFilesAreRefused() throws IOException {
        assertThat(run("inspect", directory.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("it is not a regular file");
        Path empty = Files.createFile(directory.resolve("empty"));
        assertThat(run("inspect", empty.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("the file is empty");
    }

    @Test
    void aWrongCommandLineEndsWithTwoAndHelpNamesTheExitCodes() {
        assertThat(run("inspect")).isEqualTo(2);
        assertThat(run("no-such-command")).isEqualTo(2);
        assertThat(run("inspect", "--help")).isEqualTo(0);
        assertThat(out.toString()).contains("Exit codes:").contains("3   done, and the answer is bad");
        assertThat(run()).isEqualTo(0);
        assertThat(out.toString()).contains("inspect");
    }

    @Test
    void noDamageToAHeaderMakesInspectFail() throws Exception {
        Path file = database(512, "PRAGMA auto_vacuum = INCREMENTAL");
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
                access.seek(16 + random.nextInt(84));
                access.write(random.nextInt(256));
            }
            assertThat(run("inspect", file.toString()))
                    .as("seed %d round %d: %s", seed, round, err)
                    .isIn(0, 3);
        }
    }

    private Path database(int pageSize, String pragma) throws SQLException {
        Path file = directory.resolve("test.db");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA page_size = " + pageSize);
            statement.execute(pragma);
            statement.execute("CREATE TABLE t (a)");
        }
        return file;
    }

    private int run(String... arguments) {
        CommandLine commandLine = Main.commandLine();
        commandLine.setOut(new PrintWriter(out, true));
        commandLine.setErr(new PrintWriter(err, true));
        return commandLine.execute(arguments);
    }
}
