package io.replsqlite.forward;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/** The addresses at which nodes answer, parsed once: a profile of sixteen writers showed the parsing. */
final class Endpoints {
    /** Far more than there are nodes, databases and routes at any time; beyond, all are forgotten. */
    private static final int MAX_KNOWN = 256;

    private final Map<Key, HttpUrl> known = new ConcurrentHashMap<>();

    private record Key(String nodeUrl, String database, String route) {}

    /** @return null if what a node is said to be reachable at is no address */
    @Nullable
    HttpUrl of(String nodeUrl, Message<?> message) {
        HttpUrl plain = of(nodeUrl, message.database(), message.route());
        if (plain == null || message.query().isEmpty()) {
            return plain;
        }
        HttpUrl.Builder url = plain.newBuilder();
        message.query().forEach(url::addQueryParameter);
        return url.build();
    }

    @Nullable
    HttpUrl of(String nodeUrl, String database, String route) {
        Key key = new Key(nodeUrl, database, route);
        HttpUrl before = known.get(key);
        return before != null ? before : parse(key);
    }

    private @Nullable HttpUrl parse(Key key) {
        HttpUrl base = HttpUrl.parse(key.nodeUrl);
        if (base == null) {
            return null;
        }
        HttpUrl url = base.newBuilder()
                .addPathSegments("v1/databases")
                .addPathSegment(key.database)
                .addPathSegment(key.route)
                .build();
        if (known.size() >= MAX_KNOWN) {
            known.clear();
        }
        known.put(key, url);
        return url;
    }
}
