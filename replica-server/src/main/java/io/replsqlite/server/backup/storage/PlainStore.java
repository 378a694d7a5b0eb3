package io.replsqlite.server.backup.storage;

import java.io.IOException;

/** A store whose objects are not encrypted by us. Tells those that are from damaged ones. */
final class PlainStore extends ForwardingStore {
    PlainStore(ObjectStore inner) {
        super(inner);
    }

    @Override
    public byte[] readAll(String key) throws IOException {
        byte[] bytes = inner.readAll(key);
        if (SealedHeader.isSealed(bytes)) {
            throw new StorageException(
                    StorageException.Kind.MISCONFIGURED,
                    key + " in " + this + " is encrypted with key "
                            + SealedHeader.decode(key, bytes).keyIdText()
                            + ", and no key is given: set backup-key-file, or --key-file",
                    null);
        }
        return bytes;
    }
}
