package io.replsqlite.server.config;

import io.replsqlite.lease.curator.ConnectString;
import java.net.URI;
import java.nio.file.Path;

/** The parsed {@code lease} setting. */
public sealed interface LeaseSetting {
    /** This node is the primary, always. */
    record ThisNode() implements LeaseSetting {}

    /** The named node is the primary, always. */
    record NamedNode(String nodeName, URI url) implements LeaseSetting {}

    /** The nodes of one host compete for a lock in a directory. */
    record SharedDirectory(Path directory) implements LeaseSetting {}

    /** The nodes compete in ZooKeeper, below the path of the connect string. */
    record InZooKeeper(ConnectString connect) implements LeaseSetting {}

    static LeaseSetting parse(String text) {
        if (text.equals("static")) {
            return new ThisNode();
        }
        if (text.startsWith("file:") && text.length() > 5) {
            return new SharedDirectory(Path.of(text.substring(5)));
        }
        if (text.startsWith("zookeeper:")) {
            return inZooKeeper(text);
        }
        int at = text.indexOf('@');
        if (text.startsWith("static:") && at > 7) {
            String name = SettingParser.name(NodeSetting.LEASE, text.substring(7, at));
            return new NamedNode(name, SettingParser.url(NodeSetting.LEASE, text.substring(at + 1)));
        }
        throw SettingParser.invalid(NodeSetting.LEASE, text);
    }

    private static LeaseSetting inZooKeeper(String text) {
        try {
            return new InZooKeeper(ConnectString.parse(text.substring("zookeeper:".length())));
        } catch (IllegalArgumentException malformed) {
            throw SettingParser.invalid(NodeSetting.LEASE, text);
        }
    }
}
