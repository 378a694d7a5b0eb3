package io.replsqlite.harness.simulation.net;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a call carries.
 *
 * @param path the last part of the URL's path: what is asked for
 */
public record WireRequest(String path, Map<String, String> headers, byte[] body) {
    public @Nullable String header(String name) {
        return headers.get(name);
    }
}
