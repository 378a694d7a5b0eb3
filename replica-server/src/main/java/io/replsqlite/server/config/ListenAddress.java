package io.replsqlite.server.config;

/** Where the node's endpoint listens; port 0 means any free one. */
public record ListenAddress(String host, int port) {
    /** As the setting says that there is none. */
    public static final String NONE = "none";

    /** Open to nobody. */
    static final ListenAddress NOBODYS = new ListenAddress("127.0.0.1", 0);
}
