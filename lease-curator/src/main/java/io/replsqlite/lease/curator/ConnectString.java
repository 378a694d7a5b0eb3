package io.replsqlite.lease.curator;

import java.util.regex.Pattern;

/**
 * {@code host1:2181,host2:2181/replsqlite/app}: the servers of the ensemble, and the path that stands for the cluster.
 *
 * @param servers as ZooKeeper takes it, without a path
 * @param path absolute, without a slash at the end; not the root
 */
public record ConnectString(String servers, String path) {
    private static final Pattern SERVERS =
            Pattern.compile("[A-Za-z0-9_.\\-\\[\\]:]+:[0-9]{1,5}(,[A-Za-z0-9_.\\-\\[\\]:]+:[0-9]{1,5})*");
    private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)+");

    /** @throws IllegalArgumentException unless it has that form */
    public static ConnectString parse(String text) {
        int slash = text.indexOf('/');
        String servers = slash < 0 ? text : text.substring(0, slash);
        String path = slash < 0 ? "" : text.substring(slash);
        if (!SERVERS.matcher(servers).matches() || !PATH.matcher(path).matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not host:port[,host:port...]/path; the path stands for the cluster");
        }
        return new ConnectString(servers, path);
    }

    @Override
    public String toString() {
        return servers + path;
    }
}
