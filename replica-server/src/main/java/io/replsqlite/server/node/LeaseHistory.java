package io.replsqlite.server.node;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.FailurePoint;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.server.files.DurableFiles;
import io.replsqlite.status.Role;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What has happened to the lease, one line an event, in the node's directory. A line is with the operating system at once and
 * on disk within a second or so ({@link #sync}): a failover must not wait for it. The newest thousand are kept; a line that a
 * crash has torn is left out.
 *
 * <p>Safe for any thread. A history that cannot be written is told in the log and keeps nobody from leading.
 */
final class LeaseHistory implements AutoCloseable {
    private static final Logger LOG = System.getLogger(LeaseHistory.class.getName());
    private static final int KEPT = 1_000;

    private final Path file;
    private final MonotonicClock clock;

    @GuardedBy("this")
    private final ArrayDeque<LeaseEvent> events = new ArrayDeque<>();

    @GuardedBy("this")
    private FileChannel channel;

    @GuardedBy("this")
    private int lines;

    @GuardedBy("this")
    private boolean unsynced;

    /** The last write failed on its way: what follows must not hang on to half a line. */
    @GuardedBy("this")
    private boolean torn;

    LeaseHistory(Path file, MonotonicClock clock) throws IOException {
        this.file = file;
        this.clock = clock;
        if (Files.exists(file)) {
            for (String line : Files.readString(file)
                    .lines()
                    .filter(text -> !text.isEmpty())
                    .toList()) {
                read(line);
            }
        }
        rewrite();
        this.channel = FileChannel.open(file, StandardOpenOption.APPEND);
    }

    @GuardedBy("this")
    private void read(String line) {
        try {
            keep(LeaseEvent.parse(line));
        } catch (IOException torn) {
            LOG.log(Level.INFO, "a line of {0} is left out: {1}", file, torn.getMessage());
        }
    }

    @GuardedBy("this")
    private void keep(LeaseEvent event) {
        events.addLast(event);
        if (events.size() > KEPT) {
            events.removeFirst();
        }
    }

    @GuardedBy("this")
    private void rewrite() throws IOException {
        String text = events.stream().map(event -> event.json() + "\n").collect(Collectors.joining());
        DurableFiles.replace(file, text.getBytes(StandardCharsets.UTF_8));
        lines = events.size();
    }

    /** This node's role changed. */
    void changed(Role from, Role to, Epoch epoch, String reason) {
        String roles = from.name().toLowerCase(Locale.ROOT) + "-" + to.name().toLowerCase(Locale.ROOT);
        add(new LeaseEvent(clock.wallMillis(), LeaseEvent.Kind.ROLE, epoch, roles, reason, List.of()));
    }

    /** A tenure of this node began or ended, or another node's was seen. */
    void tenure(LeaseEvent.Kind kind, Epoch epoch, String holder, String reason, List<String> unheard) {
        add(new LeaseEvent(clock.wallMillis(), kind, epoch, holder, reason, unheard));
    }

    private synchronized void add(LeaseEvent event) {
        keep(event);
        try {
            write(event);
        } catch (IOException failure) {
            LOG.log(Level.WARNING, "the lease history " + file + " cannot be written", failure);
        }
    }

    @GuardedBy("this")
    private void write(LeaseEvent event) throws IOException {
        if (lines >= 2 * KEPT) {
            try (FileChannel before = channel) {
                rewrite();
                channel = FileChannel.open(file, StandardOpenOption.APPEND);
                LOG.log(Level.DEBUG, "the lease history begins anew, {0} is left", before);
            }
            unsynced = false;
            torn = false;
            return;
        }
        byte[] bytes = ((torn ? "\n" : "") + event.json() + "\n").getBytes(StandardCharsets.UTF_8);
        torn = true;
        int half = FailurePoint.HISTORY_PARTIAL.isArmed() ? bytes.length / 2 : 0;
        append(ByteBuffer.wrap(bytes, 0, half));
        FailurePoint.HISTORY_PARTIAL.reached();
        append(ByteBuffer.wrap(bytes, half, bytes.length - half));
        torn = false;
        lines++;
        unsynced = true;
    }

    @GuardedBy("this")
    private void append(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            int ignored = channel.write(bytes);
        }
    }

    /** Everything so far is durable when this returns. */
    synchronized void sync() throws IOException {
        if (unsynced) {
            channel.force(false);
            unsynced = false;
        }
    }

    /** Oldest first. */
    synchronized List<LeaseEvent> events() {
        return List.copyOf(events);
    }

    @Override
    public synchronized void close() throws IOException {
        try (FileChannel last = channel) {
            LOG.log(Level.DEBUG, "the lease history is closed: {0}", last);
            sync();
        }
    }
}
