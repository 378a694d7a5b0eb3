package io.replsqlite.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.Test;

/** What the logger says of each route, through the JDK's own backend of System.Logger. */
class RouteLogTest {
    private final List<String> lines = new CopyOnWriteArrayList<>();

    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord line) {
            lines.add(new SimpleFormatter().formatMessage(line));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @Test
    void atDebugItTellsPlaceAndReason() {
        Logger logger = Logger.getLogger(RouteNote.class.getName());
        handler.setLevel(Level.ALL);
        logger.addHandler(handler);
        try {
            RouteNote note = new RouteNote();
            note.local("reads, said to nobody", 7, 0, 0);
            assertThat(lines).isEmpty();
            logger.setLevel(Level.FINE);
            note.local("reads; any state will do", 7, 0, 0);
            note.primary("writes", 12345);
        } finally {
            logger.setLevel(null);
            logger.removeHandler(handler);
        }
        assertThat(lines).containsExactly("LOCAL: reads; any state will do; txid 7", "PRIMARY: writes; txid 12345");
    }
}
