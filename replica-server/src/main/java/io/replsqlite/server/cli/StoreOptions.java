package io.replsqlite.server.cli;

import io.replsqlite.server.backup.restore.RestoreException;
import io.replsqlite.server.backup.storage.StoreAccess;
import io.replsqlite.server.backup.storage.StoreUrl;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a command gets at a store, and how it tells what is wrong there. */
final class StoreOptions {
    @Option(
            names = "--credentials-file",
            paramLabel = "FILE",
            description = "file with lines NAME=VALUE for the store. Default: what the environment gives.")
    private @Nullable Path credentials;

    @Option(
            names = "--key-file",
            paramLabel = "FILE",
            description = "file with the keys of an encrypted backup. Default: it is not encrypted.")
    private @Nullable Path keys;

    StoreAccess access() {
        return new StoreAccess(credentials, keys);
    }

    static StoreUrl parse(String url) throws CommandFailure {
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

    /** @param failed what did not happen */
    static CommandFailure report(String failed, IOException failure) {
        String remedy = failure instanceof RestoreException refused
                ? refused.remedy()
                : "correct what is named above and try again; no file that was there has been changed";
        return new CommandFailure(new ErrorReport(failed, String.valueOf(failure.getMessage()), remedy), failure);
    }
}
