package io.replsqlite.server.node;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/** Warns of what is tried again and again once, not every time; anew when it was over in between. For one thread. */
final class NewsLog {
    private static final Logger LOG = System.getLogger(NewsLog.class.getName());

    private @Nullable String known;

    void warn(Exception problem) {
        String text = String.valueOf(problem.getMessage());
        if (!text.equals(known)) {
            known = text;
            LOG.log(Level.WARNING, text, problem instanceof RuntimeException ? problem : null);
        }
    }

    void over() {
        known = null;
    }
}
