package io.replsqlite.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Where a connection finds the database: the three ways to run. */
public sealed interface Place {
    /** On a replica file of this host. */
    sealed interface OnReplica extends Place {
        Path databaseFile();

        /** What the node leaves beside the file for drivers. */
        Path nodeDirectory();

        default Path statusFile() {
            return nodeDirectory().resolve("status");
        }

        default Path tokenFile() {
            return nodeDirectory().resolve("token");
        }

        /** Who held the lease, one JSON object a line, as the node has it for all its databases. */
        default Path leaseHistoryFile() {
            return databaseFile().resolveSibling(".replsqlite").resolve("lease-history.jsonl");
        }

        /** Which files the node itself uses for TLS; absent if it uses none. */
        default Path tlsFile() {
            return nodeDirectory().resolve("tls");
        }
    }

    /** The node is a process of its own. */
    record BesideNode(Path databaseFile, Path nodeDirectory) implements OnReplica {}

    /**
     * The node runs in this process.
     *
     * @param nodeSettings as the node names them; those that are not given have the defaults of an embedded node
     */
    record Embedded(Path databaseFile, Path nodeDirectory, Map<String, String> nodeSettings) implements OnReplica {}

    /**
     * No local file: everything runs at the primary.
     *
     * @param nodeUrls some of the nodes, never none; each can tell where the primary is
     */
    record Remote(List<String> nodeUrls, Credential credential) implements Place {}

    /** What nodes ask for: itself, or the file that holds it and is read anew each time. */
    sealed interface Credential {
        record Token(String token) implements Credential {
            /** Never shown: records end up in logs. */
            @Override
            public String toString() {
                return "Token[...]";
            }
        }

        record TokenFile(Path file) implements Credential {}
    }
}
