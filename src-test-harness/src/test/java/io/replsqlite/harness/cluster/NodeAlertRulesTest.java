package io.replsqlite.harness.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.Durability;
import io.replsqlite.harness.fault.Await;
import io.replsqlite.harness.pages.CodeBlock;
import io.replsqlite.harness.pages.Pages;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the pages' alert rules ask of a node, with its labels, is in a scrape of a primary with voters, a backup and drills. */
@Timeout(240)
class NodeAlertRulesTest {
    /** Begins with the metric's name; labels that a rule names follow. */
    private static final Pattern ASKED =
            Pattern.compile("(replsqlite_(?:node_role|(?:backup|drill|elections|promises|tenures|beats)_\\w+))"
                    + "(?:\\{(\\w+)=(~?)\"([^\"]*)\"})?");

    @TempDir
    Path directory;

    @Test
    void everyRuleAboutANodeAsksForAGaugeThatANodeShows() throws Exception {
        Set<String> asked = new TreeSet<>();
        for (CodeBlock block : Pages.blocks("promql")) {
            Matcher matcher = ASKED.matcher(block.text());
            while (matcher.find()) {
                asked.addAll(alternatives(matcher));
            }
        }
        assertThat(asked)
                .hasSizeGreaterThan(12)
                .anyMatch(metric -> metric.contains("level=\"9\""))
                .contains("replsqlite_node_role{role=\"leading\"}", "replsqlite_promises_total{answer=\"failed\"}")
                .contains("replsqlite_beats_missed_total", "replsqlite_beats_answered_total");
        String nobody = "s3://bucket/x?endpoint=http://127.0.0.1:1&region=us-east-1";
        try (LocalCluster cluster =
                LocalCluster.prepare(directory.resolve("cluster"), 3, LeaseKind.ZOOKEEPER, Durability.QUORUM)) {
            cluster.addSettings(List.of(
                    "--backup",
                    "file://" + directory.resolve("backup") + "," + nobody,
                    "--backup-interval",
                    "50ms",
                    "--drill-interval",
                    "1s"));
            cluster.startAll();
            Await.until("every gauge of " + asked, Duration.ofSeconds(90), () -> {
                String scrape = scrape(cluster);
                Set<String> missing = new TreeSet<>(asked);
                missing.removeIf(metric -> shown(metric).matcher(scrape).find());
                if (!missing.isEmpty()) {
                    throw new IOException("missing: " + missing);
                }
                return true;
            });
        }
    }

    /** One label at most, as a rule has it; a regular expression of words counts as each of them. */
    private static List<String> alternatives(Matcher rule) {
        if (rule.group(2) == null) {
            return List.of(rule.group(1));
        }
        String[] values = rule.group(3).isEmpty()
                ? new String[] {rule.group(4)}
                : rule.group(4).split("\\|", -1);
        return Arrays.stream(values)
                .map(value -> rule.group(1) + "{" + rule.group(2) + "=\"" + value + "\"}")
                .toList();
    }

    /** A sample of the metric, with the labels asked for somewhere among its own. */
    private static Pattern shown(String asked) {
        int brace = asked.indexOf('{');
        String name = brace < 0 ? asked : asked.substring(0, brace);
        String labels = brace < 0 ? "" : asked.substring(brace + 1, asked.length() - 1);
        return Pattern.compile("(?m)^" + name + "\\{[^}]*" + Pattern.quote(labels) + "[^}]*} [0-9.]+$");
    }

    private String scrape(LocalCluster cluster) throws Exception {
        String token = Files.readString(directory.resolve("cluster/token")).strip();
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(cluster.url(cluster.primary().orElse(1)) + "/v1/metrics"))
                .header("Authorization", "Bearer " + token)
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
