package io.replsqlite.server.cli;

import io.replsqlite.server.admin.NodeClient;
import io.replsqlite.server.admin.NodeRefusedException;
import io.replsqlite.status.StatusPageException;
import io.replsqlite.status.StatusPageReader;
import io.replsqlite.tls.TlsFiles;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds a node: by its URL, or by what it leaves on this host: the node's directory, or the file of one of its databases.
 * A directory also yields the token.
 */
final class NodeAddress {
    private static final String STATE_SUFFIX = "-replsqlite";

    private NodeAddress() {}

    static NodeClient byUrl(String url, @Nullable Path tokenFile, TlsFiles tls) throws CommandFailure {
        if (tokenFile == null) {
            throw new CommandFailure(new ErrorReport(
                    "cannot ask the node at " + url,
                    "it answers only to those who have its token",
                    "add --token-file FILE, or name the node by --dir DIR"));
        }
        try {
            URI uri = URI.create(url);
            if (uri.getHost() == null) {
                throw new IllegalArgumentException("it names no host");
            }
            return NodeClient.of(uri, readToken(tokenFile), tls);
        } catch (IllegalArgumentException malformed) {
            throw new CommandFailure(
                    new ErrorReport(
                            "'" + url + "' is no node's URL",
                            String.valueOf(malformed.getMessage()),
                            "give one like http://127.0.0.1:7331"),
                    malformed);
        } catch (IOException unreadable) {
            throw new CommandFailure(
                    new ErrorReport(
                            "the token file " + tokenFile + " or a TLS file cannot be read",
                            String.valueOf(unreadable),
                            "check the paths and their permissions"),
                    unreadable);
        }
    }

    /** The first line: further ones are accepted, not presented. */
    private static String readToken(Path file) throws IOException {
        return Files.readString(file).strip().lines().findFirst().orElse("");
    }

    /** @param place the node's directory, or the file of one of its databases */
    static NodeClient byPlace(Path place, @Nullable Path tokenFile, TlsFiles tls) throws CommandFailure {
        Path state = stateDirectory(place);
        try {
            String url =
                    StatusPageReader.open(state.resolve("status")).snapshot().ownUrl();
            TlsFiles ofNode = tls.orElse(TlsFiles.read(state.resolve("tls")));
            return byUrl(url, tokenFile == null ? state.resolve("token") : tokenFile, ofNode);
        } catch (StatusPageException damaged) {
            throw unknown(place, String.valueOf(damaged.getMessage()), damaged);
        } catch (IOException unreadable) {
            throw unknown(place, "its status page cannot be read: " + unreadable, unreadable);
        }
    }

    private static Path stateDirectory(Path place) throws CommandFailure {
        if (!Files.isDirectory(place)) {
            return place.resolveSibling(place.getFileName() + STATE_SUFFIX);
        }
        try (Stream<Path> entries = Files.list(place)) {
            List<Path> found = entries.filter(entry -> entry.toString().endsWith(STATE_SUFFIX))
                    .filter(entry -> Files.exists(entry.resolve("status")))
                    .sorted()
                    .toList();
            if (found.isEmpty()) {
                throw unknown(place, "no database of a node is in it", null);
            }
            return found.get(0);
        } catch (IOException unreadable) {
            throw unknown(place, String.valueOf(unreadable), unreadable);
        }
    }

    private static CommandFailure unknown(Path place, String why, @Nullable Throwable cause) {
        return new CommandFailure(
                new ErrorReport(
                        "cannot find the node of " + place,
                        why,
                        "name a node's directory, a database file in it, or use --url and --token-file"),
                cause);
    }

    /** What to tell when a node was asked and the answer is no, or none. */
    static CommandFailure failure(String task, IOException failure) {
        boolean refused = failure instanceof NodeRefusedException || failure.getCause() instanceof NodeRefusedException;
        return new CommandFailure(
                new ErrorReport(
                        task,
                        String.valueOf(failure.getMessage()),
                        refused ? "correct what the node says and try again" : "check that the node runs"),
                failure);
    }
}
