package io.replsqlite.server.cli;

import io.replsqlite.server.backup.restore.BackupPlace;
import io.replsqlite.server.backup.restore.RestoreException;
import io.replsqlite.server.backup.storage.ObjectStore;
import io.replsqlite.server.backup.storage.StoreUrl;
import io.replsqlite.server.backup.storage.Stores;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
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

    @Option(
            names = "--credentials-file",
            paramLabel = "FILE",
            description = "file with lines NAME=VALUE for the store. Default: what the environment gives.")
    private @Nullable Path credentials;

    @Option(
            names = "--generation",
            paramLabel = "N",
            description = "an older history, from before a failover that lost commits. Default: the newest.")
    private @Nullable Long generation;

    public @Nullable Path credentials() {
        return credentials;
    }

    /** What a command does with an open store. */
    public interface Work<T> {
        T with(ObjectStore store, StoreUrl url) throws IOException, CommandFailure, InterruptedException;
    }

    /** Opens the store, and tells failures as reports. */
    public <T> T open(String failed, Work<T> work) throws CommandFailure, InterruptedException {
        StoreUrl parsed = parsed();
        try (ObjectStore store = Stores.open(parsed, credentials)) {
            return work.with(store, parsed);
        } catch (RestoreException refused) {
            throw new CommandFailure(
                    new ErrorReport(failed, String.valueOf(refused.getMessage()), refused.remedy()), refused);
        } catch (IOException failure) {
            throw new CommandFailure(
                    new ErrorReport(
                            failed,
                            String.valueOf(failure.getMessage()),
                            "correct what is named above and try again; no file that was there has been changed"),
                    failure);
        }
    }

    public BackupPlace place(ObjectStore store, StoreUrl parsed) throws IOException {
        Long wanted = generation;
        return BackupPlace.find(
                store, parsed.hasHexLevels(), wanted == null ? OptionalLong.empty() : OptionalLong.of(wanted));
    }

    private StoreUrl parsed() throws CommandFailure {
        try {
            return StoreUrl.parse(url);
        } catch (IllegalArgumentException malformed) {
            throw new CommandFailure(
                    new ErrorReport(
                            "the URL names no backup",
                            String.valueOf(malformed.getMessage()),
                            "give one like s3://bucket/path/app or file:///dir/app"),
                    malformed);
        }
    }
}
