package io.replsqlite.harness.rig;

/** An end of a connection. */
public record Place(String name) {
    public static final Place ZOOKEEPER = new Place("zookeeper");

    /** All drivers, wherever they are. */
    public static final Place CLIENTS = new Place("clients");

    public static Place node(int number) {
        return new Place("node" + number);
    }

    @Override
    public String toString() {
        return name;
    }
}
