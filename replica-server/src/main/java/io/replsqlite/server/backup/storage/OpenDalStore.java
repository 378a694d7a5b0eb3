package io.replsqlite.server.backup.storage;

import io.replsqlite.base.NamedThreads;
import io.replsqlite.server.backup.storage.StorageException.Kind;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.opendal.Entry;
import org.apache.opendal.OpenDALException;
import org.apache.opendal.Operator;
import org.apache.opendal.OperatorOutputStream;
import org.apache.opendal.WriteOptions;

/**
 * A store that OpenDAL drives. Its calls block in native code and know no deadline, so each runs on a thread of its own
 * that is given up when no answer comes.
 */
final class OpenDalStore implements ObjectStore {
    static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(1);
    private static final int PART_BYTES = 8 << 20;
    /** Under way or given up and never answered; a store that is silent for hours must not take all threads. */
    private static final int MAX_CALLS = 256;

    private final StoreUrl url;
    private final Operator operator;
    private final Duration answerWithin;
    private final ExecutorService calls = new ThreadPoolExecutor(
            0, MAX_CALLS, 60, TimeUnit.SECONDS, new SynchronousQueue<>(), NamedThreads.of("backup-io"));

    /** @param credentials by OpenDAL's names, over the options of the URL */
    OpenDalStore(StoreUrl url, Map<String, String> credentials, Duration answerWithin) throws StorageException {
        this.url = url;
        this.answerWithin = answerWithin;
        Map<String, String> options = new HashMap<>(url.options());
        options.put(url.service().placeOption(), url.place());
        options.put("root", "/" + url.path());
        options.putAll(credentials);
        if (url.service() == StoreUrl.Service.S3 && credentials.containsKey("access_key_id")) {
            options.put("disable_config_load", "true");
            options.put("disable_ec2_metadata", "true");
        }
        try {
            this.operator = Operator.of(url.service().openDalScheme(), options);
        } catch (OpenDALException refused) {
            throw failure("open", "", refused);
        } catch (LinkageError noLibrary) {
            throw new StorageException(
                    Kind.MISCONFIGURED,
                    "the native library of Apache OpenDAL does not load on this system, only file: works: " + noLibrary,
                    noLibrary);
        }
    }

    @Override
    public boolean putIfAbsent(String key, byte[] content, long timestampMillis) throws IOException {
        if (!excludesOtherWriters() && isPresent(key)) {
            return false;
        }
        WriteOptions.WriteOptionsBuilder options = WriteOptions.builder().ifNotExists(excludesOtherWriters());
        if (operator.info.fullCapability.writeWithUserMetadata) {
            options.userMetadata(Map.of(
                    timestampName(), Instant.ofEpochMilli(timestampMillis).toString()));
        }
        try {
            return call("put", key, () -> {
                operator.write(key, content, options.build());
                return true;
            });
        } catch (Taken taken) {
            requirePresent(key);
            return false;
        }
    }

    /** A conflict may also mean that another put was under way and failed (409): then nothing is there. */
    private void requirePresent(String key) throws IOException {
        try {
            var ignored = call("stat", key, () -> operator.stat(key));
        } catch (StorageException failure) {
            if (failure.isNotFound()) {
                throw new StorageException(
                        Kind.UNAVAILABLE, "put " + url + "/" + key + ": a conflict, and no object is there", failure);
            }
            throw failure;
        }
    }

    /** Litestream's name; Azure allows no hyphen. */
    private String timestampName() {
        return url.service() == StoreUrl.Service.AZBLOB ? "litestreamtimestamp" : "litestream-timestamp";
    }

    private boolean isPresent(String key) throws IOException {
        String parent = key.substring(0, key.lastIndexOf('/') + 1);
        return list(parent).stream().anyMatch(object -> object.key().equals(key));
    }

    @Override
    public long putStream(String key, long timestampMillis, Content content) throws IOException {
        var ignored = list("probe/"); // a stream that breaks off cannot be given back: open none in an outage
        AtomicLong written = new AtomicLong();
        Future<Long> upload = submit(() -> upload(key, content, written));
        long before = -1;
        while (true) {
            try {
                return upload.get(answerWithin.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException slow) {
                if (written.get() == before) {
                    throw new StorageException(
                            Kind.TIMEOUT, "put " + url + "/" + key + ": no progress for " + answerWithin, slow);
                }
                before = written.get();
            } catch (ExecutionException failed) {
                throw translated("put", key, failed);
            } catch (InterruptedException interrupted) {
                throw interrupted(interrupted);
            }
        }
    }

    /**
     * The object appears when the stream is closed. One that broke off must not be: it stays open, and what OpenDAL holds
     * of it is lost memory, at most one part.
     */
    @SuppressWarnings("resource")
    private long upload(String key, Content content, AtomicLong written) throws IOException {
        OperatorOutputStream target = operator.createOutputStream(key, PART_BYTES);
        OutputStream counted = new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                target.write(value);
                written.incrementAndGet();
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                for (int i = offset; i < offset + length; i++) {
                    target.write(bytes[i]);
                }
                written.addAndGet(length);
            }
        };
        OutputStream buffered = new BufferedOutputStream(counted, 1 << 16);
        content.writeTo(buffered);
        buffered.flush();
        target.close();
        return written.get();
    }

    @Override
    public byte[] read(String key, long offset, int length) throws IOException {
        return call("read", key, () -> operator.read(key, offset, length));
    }

    @Override
    public byte[] readAll(String key) throws IOException {
        return call("read", key, () -> operator.read(key));
    }

    @Override
    public List<StoredObject> list(String prefix) throws IOException {
        List<Entry> entries = listed(prefix);
        List<StoredObject> objects = new ArrayList<>(entries.size());
        for (Entry entry : entries) {
            if (entry.getMetadata().isFile()) {
                Instant modified = entry.getMetadata().getLastModified();
                objects.add(new StoredObject(
                        entry.getPath(),
                        entry.getMetadata().getContentLength(),
                        modified == null ? 0 : modified.toEpochMilli()));
            }
        }
        objects.sort(Comparator.comparing(StoredObject::key));
        return objects;
    }

    @Override
    public List<String> directories() throws IOException {
        return listed("").stream()
                .filter(entry -> entry.getMetadata().isDir())
                .map(entry -> entry.getPath().replaceAll("/$", ""))
                .filter(name -> !name.isEmpty())
                .sorted()
                .toList();
    }

    /** Stores with real directories say that one without objects is not there. */
    private List<Entry> listed(String prefix) throws IOException {
        try {
            return call("list", prefix, () -> operator.list(prefix));
        } catch (StorageException failure) {
            if (failure.isNotFound()) {
                return List.of();
            }
            throw failure;
        }
    }

    @Override
    public void delete(String key) throws IOException {
        boolean ignored = call("delete", key, () -> {
            operator.delete(key);
            return true;
        });
    }

    @Override
    public boolean excludesOtherWriters() {
        return operator.info.fullCapability.writeWithIfNotExists;
    }

    /** The key of a put has an object already. */
    private static final class Taken extends IOException {
        private static final long serialVersionUID = 1L;
    }

    private <T> T call(String what, String key, Callable<T> work) throws IOException {
        Future<T> future = submit(work);
        try {
            return future.get(answerWithin.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException silent) {
            throw new StorageException(
                    Kind.TIMEOUT, what + " " + url + "/" + key + ": no answer within " + answerWithin, silent);
        } catch (ExecutionException failed) {
            throw translated(what, key, failed);
        } catch (InterruptedException interrupted) {
            throw interrupted(interrupted);
        }
    }

    private <T> Future<T> submit(Callable<T> work) throws StorageException {
        try {
            return calls.submit(work);
        } catch (RejectedExecutionException tooMany) {
            throw new StorageException(
                    Kind.TIMEOUT,
                    calls.isShutdown()
                            ? url + " is closed"
                            : MAX_CALLS + " calls to " + url + " were never answered; restart the node once it answers",
                    tooMany);
        }
    }

    private static IOException interrupted(InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return new StorageException(Kind.TIMEOUT, "interrupted while waiting for the store", interrupted);
    }

    private IOException translated(String what, String key, ExecutionException failed) {
        Throwable cause = failed.getCause();
        if (cause instanceof OpenDALException refused) {
            return isTaken(refused) ? new Taken() : failure(what, key, refused);
        }
        if (cause instanceof IOException io) {
            return io;
        }
        return new StorageException(Kind.UNAVAILABLE, what + " " + url + "/" + key + ": " + cause, failed);
    }

    private static boolean isTaken(OpenDALException refused) {
        return switch (refused.getCode()) {
            case ConditionNotMatch, AlreadyExists -> true;
            default -> false;
        };
    }

    private StorageException failure(String what, String key, OpenDALException cause) {
        Kind kind = switch (cause.getCode()) {
            case NotFound -> Kind.NOT_FOUND;
            case PermissionDenied -> Kind.DENIED;
            case ConfigInvalid, Unsupported -> Kind.MISCONFIGURED;
            default -> Kind.UNAVAILABLE;
        };
        String firstLine =
                String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
        return new StorageException(kind, what + " " + url + "/" + key + ": " + firstLine, cause);
    }

    /** Native memory that a call still uses must not be freed: what never answers is left as it is. */
    @Override
    public void close() {
        calls.shutdown();
        try {
            if (calls.awaitTermination(CLOSE_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
                operator.close();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return url.toString();
    }
}
