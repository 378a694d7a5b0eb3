package io.replsqlite.server.backup.upload;

import java.io.IOException;

/** What is in the store is not this node's to continue. */
final class UploadRefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final BackupStatus.State state;

    UploadRefusedException(BackupStatus.State state, String message) {
        super(message);
        this.state = state;
    }

    BackupStatus.State state() {
        return state;
    }
}
