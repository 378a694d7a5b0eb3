package io.replsqlite.harness.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.replsqlite.base.DeliberateBug;
import io.replsqlite.harness.fault.CutDisk;
import io.replsqlite.harness.fault.PowerCut;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A run that makes one mistake on purpose and must be told of it by a check. */
sealed interface BugTrial {
    DeliberateBug bug();

    /** For people: what to run. */
    String run();

    /** @return the check that told, in its words */
    String find(Path directory) throws Exception;

    /** A cluster under these faults; one of the checks of a round must tell. */
    record Tortured(DeliberateBug bug, String durability, String faults) implements BugTrial {
        private static final int VIOLATED = 3;
        private static final String MINUTES = "6";
        private static final Pattern CHECK = Pattern.compile("(?s)round \\d+ \\[.*?ms\\]: (.+?): VIOLATED.*");

        @Override
        public String run() {
            return "`torture --durability " + durability + " --faults " + faults + " --bug " + bug + "`";
        }

        @Override
        public String find(Path directory) throws Exception {
            List<String> command = new ArrayList<>(List.of("io.replsqlite.harness.Main", "torture"));
            command.addAll(List.of("--minutes", MINUTES, "--seed", "1", "--durability", durability));
            command.addAll(List.of("--faults", faults, "--bug", bug.name(), "--report", directory.toString()));
            String output = java(directory, "", command, VIOLATED);
            JsonNode report = new ObjectMapper()
                    .readTree(directory.resolve("torture.json").toFile());
            for (JsonNode violation : report.path("violations")) {
                Matcher told = CHECK.matcher(violation.asText());
                if (told.matches()) {
                    return told.group(1);
                }
            }
            throw new AssertionError("no check has told: " + output);
        }
    }

    /** The replication core on simulated machines. */
    record Simulated(DeliberateBug bug) implements BugTrial {
        private static final int VIOLATED = 1;
        private static final Pattern SEED = Pattern.compile("(?m)^seed (\\d+): (.*)$");

        @Override
        public String run() {
            return "`simulate --seed 1 --seeds 1000 --once`, with the property";
        }

        @Override
        public String find(Path directory) throws Exception {
            List<String> command =
                    List.of("io.replsqlite.harness.Main", "simulate", "--seed", "1", "--seeds", "1000", "--once");
            Matcher told = SEED.matcher(java(directory, "", withBug(bug, command), VIOLATED));
            assertThat(told.find()).isTrue();
            return told.group(2) + " (seed " + told.group(1) + ")";
        }
    }

    /** A program among the tests of a module. */
    record Probed(DeliberateBug bug, String module, String program) implements BugTrial {
        private static final int FOUND = 3;

        @Override
        public String run() {
            return "`" + program.substring(program.lastIndexOf('.') + 1) + "`, with the property";
        }

        @Override
        public String find(Path directory) throws Exception {
            Path classes = Path.of("..", module, "target", "test-classes");
            String output = java(directory, classes + File.pathSeparator, withBug(bug, List.of(program)), FOUND);
            return output.lines().reduce("", (first, last) -> last);
        }
    }

    /** Power that goes amid the writes. */
    record Unpowered(DeliberateBug bug) implements BugTrial {
        @Override
        public String run() {
            return "`PowerLossTest`";
        }

        @Override
        public String find(Path directory) throws Exception {
            String missing = CutDisk.whyNot(Files.createDirectories(directory.resolve("probe")));
            assumeThat(missing)
                    .as("no disk whose power can be cut: %s", missing)
                    .isEmpty();
            String objection = PowerCut.objectionToAnUnsyncedLog(directory, new Random(1));
            assertThat(objection).contains("acknowledged and lost");
            return "acknowledged rows after a power cut";
        }
    }

    private static List<String> withBug(DeliberateBug bug, List<String> command) {
        List<String> all = new ArrayList<>(List.of("-D" + DeliberateBug.PROPERTY + "=" + bug));
        all.addAll(command);
        return all;
    }

    /** @return what it says, if it ends with that code */
    private static String java(Path directory, String moreClasses, List<String> arguments, int expected)
            throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-cp", moreClasses + System.getProperty("java.class.path")));
        command.addAll(arguments);
        Path log = directory.resolve("output.log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            int code = process.waitFor();
            assertThat(code).as("%s", Files.readString(log)).isEqualTo(expected);
        } finally {
            process.destroy();
        }
        return Files.readString(log);
    }
}
