package io.replsqlite.server.embed;

import io.replsqlite.embed.EmbeddedNode;
import io.replsqlite.embed.NodeCalls;
import io.replsqlite.server.node.ReplicaNode;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** A node as the driver in the same process sees it. */
final class RunningNode implements EmbeddedNode {
    private final ReplicaNode node;
    private volatile boolean closed;

    RunningNode(ReplicaNode node) {
        this.node = node;
    }

    @Override
    public String name() {
        return node.name();
    }

    @Override
    public String url() {
        return node.url().toString();
    }

    @Override
    public boolean isPrimary() {
        return node.isPrimary();
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public void require(String database, Path file) throws IOException, InterruptedException {
        Optional<String> failure = node.failure();
        if (failure.isPresent()) {
            throw new IOException("the node has failed: " + failure.get());
        }
        Path kept = node.databaseFile(database);
        if (!kept.getFileName().equals(file.getFileName())) {
            throw new IOException("an embedded node keeps its database " + database + " in " + kept + ", not in " + file
                    + ": name the file so, or name the database with the setting 'database'");
        }
        node.require(database);
    }

    @Override
    public Closeable hold(String database) throws IOException {
        return node.hold(database);
    }

    @Override
    public NodeCalls calls() {
        return node.inProcess();
    }

    /** Whoever asks from now on is told that it is closed, and does not wait for another primary. */
    @Override
    public void close() throws IOException, InterruptedException {
        closed = true;
        node.close();
    }
}
