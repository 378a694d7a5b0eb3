package io.replsqlite.harness.simulation.net;

import java.io.IOException;

/** What a machine answers. Each call on a thread of its own. */
@FunctionalInterface
public interface Service {
    void serve(Exchange exchange) throws IOException, InterruptedException;
}
