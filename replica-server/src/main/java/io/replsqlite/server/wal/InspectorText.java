package io.replsqlite.server.wal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Findings as one {@code name: value} line each, lists as one indented line per element. */
final class InspectorText {
    private InspectorText() {}

    static List<String> lines(Map<String, Object> findings) {
        List<String> lines = new ArrayList<>();
        for (Map.Entry<String, Object> finding : findings.entrySet()) {
            if (finding.getValue() instanceof List<?> list) {
                lines.add(finding.getKey() + ":");
                list.forEach(element -> lines.add("  " + element));
            } else {
                lines.add(finding.getKey() + ": " + finding.getValue());
            }
        }
        return lines;
    }
}
