package io.replsqlite.lease;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The nodes that have taken part in a {@link FileLease}: {@code members/NAME.properties} with {@code url} and
 * {@code candidate}. Beside it a lock keeps a second node of the same name out for as long as the first one runs.
 */
final class MemberFiles implements AutoCloseable {
    private static final String SUFFIX = ".properties";

    private final Path directory;
    private @Nullable LeaseLock nameLock;

    MemberFiles(Path leaseDirectory) {
        this.directory = leaseDirectory.resolve("members");
    }

    /** @throws IOException also if another node of this name runs */
    void enter(Member self) throws IOException {
        Files.createDirectories(directory);
        LeaseLock lock = LeaseLock.open(directory.resolve(self.nodeName() + ".lock"));
        if (!lock.tryLock()) {
            lock.close();
            throw new IOException("another node named " + self.nodeName() + " runs with this lease");
        }
        nameLock = lock;
        Properties properties = new Properties();
        properties.setProperty("url", self.url().toString());
        properties.setProperty("candidate", Boolean.toString(self.isCandidate()));
        DurableText.replace(directory.resolve(self.nodeName() + SUFFIX), properties, "a node of this lease");
    }

    List<Member> all() throws IOException {
        List<Member> members = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(path -> path.toString().endsWith(SUFFIX))
                    .sorted()
                    .toList()) {
                members.add(read(file));
            }
        }
        return members;
    }

    private static Member read(Path file) throws IOException {
        Properties properties = DurableText.read(file).orElseGet(Properties::new);
        String url = properties.getProperty("url");
        if (url == null) {
            throw new IOException(file + " lacks the url of its node");
        }
        String fileName = String.valueOf(file.getFileName());
        try {
            return new Member(
                    fileName.substring(0, fileName.length() - SUFFIX.length()),
                    URI.create(url),
                    Boolean.parseBoolean(properties.getProperty("candidate")));
        } catch (IllegalArgumentException malformed) {
            throw new IOException(file + " is damaged: " + malformed.getMessage(), malformed);
        }
    }

    @Override
    public void close() throws IOException {
        LeaseLock lock = nameLock;
        if (lock != null) {
            nameLock = null;
            lock.close();
        }
    }
}
