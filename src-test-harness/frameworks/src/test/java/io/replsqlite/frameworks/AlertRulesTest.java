package io.replsqlite.frameworks;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.replsqlite.harness.fault.SharedNodes;
import io.replsqlite.harness.pages.CodeBlock;
import io.replsqlite.harness.pages.Pages;
import io.replsqlite.observe.ReplicaMetrics;
import io.replsqlite.observe.ReplicaObserver;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The metrics of an application that the pages' alert rules ask for are there, by the names that Prometheus sees. */
@Timeout(60)
class AlertRulesTest {
    private static final Pattern SHOWN = Pattern.compile("(?m)^(replsqlite_\\w+)\\{database=\"[^\"]+\"\\} \\S+$");

    /** The role is what a node tells of itself, not the application. */
    private static final Pattern ASKED = Pattern.compile("replsqlite_(?:replica|node)_(?!role)\\w+");

    private static final Pattern GAUGE = Pattern.compile("replsqlite\\.(replica|node)\\.\\w+");

    @Test
    void everyRuleAsksForAMetricThatIsThere() throws Exception {
        SharedNodes.Database nodes = SharedNodes.get().newDatabase();
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        try (ReplicaObserver observer = new ReplicaObserver(nodes.url())) {
            new ReplicaMetrics(observer).bindTo(registry);
            Set<String> shown = all(SHOWN, registry.scrape(), 1);
            Set<String> asked = new TreeSet<>();
            for (CodeBlock block : Pages.blocks("promql")) {
                asked.addAll(all(ASKED, block.text(), 0));
            }
            assertThat(asked).hasSizeGreaterThan(4);
            assertThat(shown).as("with the label database").containsAll(asked);
            assertThat(gaugesOfThePages()).isEqualTo(names(registry));
        }
    }

    private static Set<String> gaugesOfThePages() throws Exception {
        Set<String> told = new TreeSet<>();
        for (CodeBlock span : Pages.spans()) {
            told.addAll(all(GAUGE, span.text(), 0));
        }
        return told;
    }

    private static Set<String> names(MeterRegistry registry) {
        return registry.getMeters().stream()
                .map(meter -> meter.getId().getName())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> all(Pattern pattern, String text, int group) {
        Matcher matcher = pattern.matcher(text);
        return matcher.results().map(found -> found.group(group)).collect(Collectors.toCollection(TreeSet::new));
    }
}
