package io.replsqlite.server.cli;

/** A command that can answer in JSON; its error report then is JSON as well. */
public interface JsonAware {
    boolean wantsJson();
}
