package io.replsqlite.server.cli;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is in a file: lines for people, a map for programs, and what is wrong with it. The file is valid if nothing is.
 */
public record InspectionReport(List<String> lines, Map<String, Object> json, List<String> problems) {
    public InspectionReport {
        lines = List.copyOf(lines);
        json = Collections.unmodifiableMap(new LinkedHashMap<>(json));
        problems = List.copyOf(problems);
    }

    public boolean isValid() {
        return problems.isEmpty();
    }

    /** Collects fields that appear in both forms. For one thread. */
    public static final class Builder {
        private static final String FIELD = "%-22s %s";

        private final List<String> lines = new ArrayList<>();
        private final Map<String, Object> json = new LinkedHashMap<>();
        private final List<String> problems = new ArrayList<>();

        public Builder(String format) {
            field("format", format);
        }

        /** A field in both forms; the JSON key is the label in camel case. */
        public Builder field(String label, Object value) {
            lines.add(FIELD.formatted(label, value));
            json.put(camelCase(label), value);
            return this;
        }

        /** A field that people read with an explanation and programs without. */
        public Builder field(String label, Object value, String explanation) {
            lines.add(FIELD.formatted(label, value + " (" + explanation + ")"));
            json.put(camelCase(label), value);
            return this;
        }

        /** A line for people only, such as a row of a page table that programs get by {@link #list}. */
        public Builder line(String text) {
            lines.add(text);
            return this;
        }

        /** A list for programs only. */
        public Builder list(String key, List<?> values) {
            json.put(key, List.copyOf(values));
            return this;
        }

        /** Findings of a format's own inspector, in their order; a list becomes one indented line per element. */
        public Builder findings(Map<String, Object> findings) {
            findings.forEach((name, value) -> {
                if (value instanceof List<?> values) {
                    lines.add(FIELD.formatted(name, values.size()));
                    values.forEach(each -> lines.add("  " + each));
                    list(name, values);
                } else {
                    field(name, value);
                }
            });
            return this;
        }

        public Builder problem(String text) {
            problems.add(text);
            return this;
        }

        public InspectionReport build() {
            json.put("valid", problems.isEmpty());
            json.put("problems", List.copyOf(problems));
            lines.add(FIELD.formatted("valid", problems.isEmpty() ? "yes" : "no"));
            problems.forEach(problem -> lines.add(FIELD.formatted("problem", problem)));
            return new InspectionReport(lines, json, problems);
        }

        private static String camelCase(String label) {
            StringBuilder key = new StringBuilder();
            for (int i = 0; i < label.length(); i++) {
                char c = label.charAt(i);
                boolean startsWord = i > 0 && label.charAt(i - 1) == ' ';
                if (c != ' ') {
                    key.append(startsWord ? Character.toUpperCase(c) : c);
                }
            }
            return key.toString();
        }
    }
}
