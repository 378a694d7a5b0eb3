package io.replsqlite.lease;

import io.replsqlite.base.Epoch;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Properties;

/**
 * The text file in which a {@link FileLease} says who holds it: properties {@code node}, {@code url}, {@code epoch}.
 * Replaced as a whole and made durable before the tenure begins, so that an epoch is never given twice.
 */
record LeaseFile(Path path) {
    Optional<LeaseHolder> read() throws IOException {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(Files.readString(path)));
        } catch (NoSuchFileException nobodyYet) {
            return Optional.empty();
        }
        String node = properties.getProperty("node");
        String url = properties.getProperty("url");
        String epoch = properties.getProperty("epoch");
        if (node == null || url == null || epoch == null) {
            throw new IOException(path + " lacks node, url or epoch: it is not a lease file of replsqlite");
        }
        try {
            return Optional.of(new LeaseHolder(node, URI.create(url), new Epoch(Long.parseLong(epoch))));
        } catch (IllegalArgumentException malformed) {
            throw new IOException(path + " is damaged: " + malformed.getMessage(), malformed);
        }
    }

    void write(LeaseHolder holder) throws IOException {
        Properties properties = new Properties();
        properties.setProperty("node", holder.nodeName());
        properties.setProperty("url", holder.url().toString());
        properties.setProperty("epoch", holder.epoch().toString());
        StringWriter text = new StringWriter();
        properties.store(text, "the holder of the write lease; written by the holder alone");
        Path temporary = path.resolveSibling(path.getFileName() + ".tmp");
        try (FileChannel channel = FileChannel.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                int ignored = channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel directory =
                FileChannel.open(path.toAbsolutePath().resolveSibling("."), StandardOpenOption.READ)) {
            directory.force(true); // else a power failure may bring the epoch before this one back
        }
    }
}
