package io.replsqlite.server.backup.storage;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Opens the store that a URL names; {@link StoreAccess} is how others ask for one. */
public final class Stores {
    private Stores() {}

    /**
     * Asks nothing of the store yet.
     *
     * @param credentials a file that is read again whenever it changes; null to use what the environment gives
     */
    public static ObjectStore open(StoreUrl url, @Nullable Path credentials) throws IOException {
        return open(url, credentials, OpenDalStore.ANSWER_WITHIN);
    }

    /** @param answerWithin how long one call may take */
    public static ObjectStore open(StoreUrl url, @Nullable Path credentials, Duration answerWithin) throws IOException {
        if (url.service() == StoreUrl.Service.FILE) {
            return new DirectoryStore(url.directory());
        }
        if (credentials == null) {
            return new OpenDalStore(url, Map.of(), answerWithin);
        }
        return new Reopening(url, new CredentialsFile(credentials), answerWithin);
    }

    /** Looks at the credentials file before each call, and opens the store anew when it has changed. */
    private static final class Reopening implements ObjectStore {
        private final StoreUrl url;
        private final CredentialsFile credentials;
        private final Duration answerWithin;

        @GuardedBy("this")
        private CredentialsFile.Version version;

        @GuardedBy("this")
        private ObjectStore current;

        Reopening(StoreUrl url, CredentialsFile credentials, Duration answerWithin) throws IOException {
            this.url = url;
            this.credentials = credentials;
            this.answerWithin = answerWithin;
            this.version = credentials.version();
            this.current = new OpenDalStore(url, credentials.read(), answerWithin);
        }

        /** The store before stays open: calls of other threads may be under way in it. */
        private synchronized ObjectStore current() throws IOException {
            CredentialsFile.Version now = credentials.version();
            if (!now.equals(version)) {
                current = new OpenDalStore(url, credentials.read(), answerWithin);
                version = now;
            }
            return current;
        }

        @Override
        public boolean putIfAbsent(String key, byte[] content, long timestampMillis) throws IOException {
            return current().putIfAbsent(key, content, timestampMillis);
        }

        @Override
        public long putStream(String key, long timestampMillis, Content content) throws IOException {
            return current().putStream(key, timestampMillis, content);
        }

        @Override
        public byte[] read(String key, long offset, int length) throws IOException {
            return current().read(key, offset, length);
        }

        @Override
        public byte[] readAll(String key) throws IOException {
            return current().readAll(key);
        }

        @Override
        public List<StoredObject> list(String prefix) throws IOException {
            return current().list(prefix);
        }

        @Override
        public List<String> directories() throws IOException {
            return current().directories();
        }

        @Override
        public void delete(String key) throws IOException {
            current().delete(key);
        }

        @Override
        public synchronized boolean excludesOtherWriters() {
            return current.excludesOtherWriters();
        }

        @Override
        public synchronized void close() {
            current.close();
        }

        @Override
        public String toString() {
            return url.toString();
        }
    }
}
