package io.replsqlite.lease;

import io.replsqlite.base.Epoch;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The text file in which a {@link FileLease} says who holds it: properties {@code node}, {@code url}, {@code epoch}, and
 * {@code successor} once the holder has given it up: for another node, or empty. Durable before the tenure begins, so that an epoch
 * is never given twice.
 */
record LeaseFile(Path path) {
    /** As a successor: nobody in particular. */
    static final String ANYBODY = "";

    /** @param successor who shall have the lease next; null while it is held */
    record Content(LeaseHolder holder, @Nullable String successor) {}

    Optional<Content> read() throws IOException {
        Properties properties = DurableText.read(path).orElse(null);
        if (properties == null) {
            return Optional.empty();
        }
        String node = properties.getProperty("node");
        String url = properties.getProperty("url");
        String epoch = properties.getProperty("epoch");
        if (node == null || url == null || epoch == null) {
            throw new IOException(path + " lacks node, url or epoch: it is not a lease file of replsqlite");
        }
        try {
            LeaseHolder holder = new LeaseHolder(node, URI.create(url), new Epoch(Long.parseLong(epoch)));
            return Optional.of(new Content(holder, properties.getProperty("successor")));
        } catch (IllegalArgumentException malformed) {
            throw new IOException(path + " is damaged: " + malformed.getMessage(), malformed);
        }
    }

    void write(LeaseHolder holder, @Nullable String successor) throws IOException {
        Properties properties = new Properties();
        properties.setProperty("node", holder.nodeName());
        properties.setProperty("url", holder.url().toString());
        properties.setProperty("epoch", holder.epoch().toString());
        if (successor != null) {
            properties.setProperty("successor", successor);
        }
        DurableText.replace(path, properties, "the holder of the write lease; written by the holder alone");
    }
}
