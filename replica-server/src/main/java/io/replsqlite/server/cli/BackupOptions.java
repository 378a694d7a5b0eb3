package io.replsqlite.server.cli;

import io.replsqlite.server.backup.restore.BackupPlace;
import io.replsqlite.server.backup.storage.ObjectStore;
import io.replsqlite.server.backup.storage.StoreUrl;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** How a command is told which backup to read. */
public final class BackupOptions {
    @Parameters(
            index = "0",
            paramLabel = "URL",
            description =
                    "the setting 'backup' followed by /DATABASE, such as s3://bucket/path/app?endpoint=URL&region=NAME or"
                            + " file:///dir/app; or a replica of Litestream 0.5")
    private String url = "";

    @Mixin
    private StoreOptions access = new StoreOptions();

    @Option(
            names = "--generation",
            paramLabel = "N",
            description = "an older history, from before a failover that lost commits. Default: the newest.")
    private @Nullable Long generation;

    public @Nullable Path credentials() {
        return access.access().credentials();
    }

    /** What a command does with an open store. */
    public interface Work<T> {
        T with(ObjectStore store, StoreUrl url) throws IOException, CommandFailure, InterruptedException;
    }

    /** Opens the store, and tells failures as reports. */
    public <T> T open(String failed, Work<T> work) throws CommandFailure, InterruptedException {
        StoreUrl parsed = StoreOptions.parse(url);
        try (ObjectStore store = access.access().open(parsed)) {
            return work.with(store, parsed);
        } catch (IOException failure) {
            throw StoreOptions.report(failed, failure);
        }
    }

    public BackupPlace place(ObjectStore store, StoreUrl parsed) throws IOException {
        Long wanted = generation;
        return BackupPlace.find(
                store, parsed.hasHexLevels(), wanted == null ? OptionalLong.empty() : OptionalLong.of(wanted));
    }
}
