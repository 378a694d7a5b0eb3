package io.replsqlite.server.backup.storage;

/** A store of which a test overrides what it wants to spoil. */
public class StoreDouble extends ForwardingStore {
    public StoreDouble(ObjectStore inner) {
        super(inner);
    }
}
