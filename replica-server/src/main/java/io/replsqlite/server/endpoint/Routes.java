package io.replsqlite.server.endpoint;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Which route answers which method and path. A {@code *} in a path stands for one segment. Immutable once serving. */
public final class Routes {
    private record Entry(String method, String[] segments, Route route) {}

    record Match(Route route, String variable) {}

    private final List<Entry> entries = new ArrayList<>();

    public Routes add(String method, String path, Route route) {
        entries.add(new Entry(method, path.split("/", -1), route));
        return this;
    }

    Optional<Match> find(String method, String path) {
        String[] segments = path.split("/", -1);
        for (Entry entry : entries) {
            if (entry.method.equals(method) && entry.segments.length == segments.length) {
                Optional<String> variable = match(entry.segments, segments);
                if (variable.isPresent()) {
                    return Optional.of(new Match(entry.route, variable.get()));
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<String> match(String[] pattern, String[] segments) {
        String variable = "";
        for (int i = 0; i < pattern.length; i++) {
            if (pattern[i].equals("*") && !segments[i].isEmpty()) {
                variable = segments[i];
            } else if (!pattern[i].equals(segments[i])) {
                return Optional.empty();
            }
        }
        return Optional.of(variable);
    }
}
