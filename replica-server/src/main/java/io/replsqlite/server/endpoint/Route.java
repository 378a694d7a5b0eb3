package io.replsqlite.server.endpoint;

import java.io.IOException;

/** What answers one kind of request. May block; must answer exactly once. */
@FunctionalInterface
public interface Route {
    /** @throws RefusedException to answer with its status and text; any other exception answers 500 */
    void handle(Exchange exchange) throws IOException, InterruptedException;
}
