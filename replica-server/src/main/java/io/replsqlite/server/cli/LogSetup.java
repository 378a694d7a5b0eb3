package io.replsqlite.server.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.logging.LogManager;

/** Gives the command line's log one line a message, unless the user has named a configuration of their own. */
public final class LogSetup {
    private LogSetup() {}

    public static void apply() {
        if (System.getProperty("java.util.logging.config.file") != null) {
            return;
        }
        try (InputStream configuration = LogSetup.class.getResourceAsStream("logging.properties")) {
            if (configuration != null) {
                LogManager.getLogManager().readConfiguration(configuration);
            }
        } catch (IOException unreadable) {
            throw new IllegalStateException("the log configuration in the jar cannot be read", unreadable);
        }
    }
}
