package io.replsqlite.server.cli;

import io.replsqlite.server.admin.NodeClient;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a command is told which node to ask. */
final class NodeOptions {
    @Option(names = "--url", paramLabel = "URL", description = "the node's URL, such as http://127.0.0.1:7331")
    private @Nullable String url;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "the node's directory on this host, or a database file in it; tells URL and token")
    private @Nullable Path place;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "file with the bearer token; not needed with --dir")
    private @Nullable Path tokenFile;

    @Mixin
    private TlsOptions tls = new TlsOptions();

    NodeClient client() throws CommandFailure {
        String givenUrl = url;
        Path givenPlace = place;
        if (givenUrl != null && givenPlace == null) {
            return NodeAddress.byUrl(givenUrl, tokenFile, tls.files());
        }
        if (givenPlace != null && givenUrl == null) {
            return NodeAddress.byPlace(givenPlace, tokenFile, tls.files());
        }
        throw new CommandFailure(new ErrorReport(
                "cannot tell which node to ask",
                givenUrl == null ? "neither --url nor --dir is given" : "both --url and --dir are given",
                "give one of the two"));
    }
}
