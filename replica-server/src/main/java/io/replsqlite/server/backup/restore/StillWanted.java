package io.replsqlite.server.backup.restore;

import java.io.IOException;

/** Asked often by what takes long and has nothing to tell meanwhile. */
@FunctionalInterface
interface StillWanted {
    /** @throws RestoreGivenUpException to end it */
    void require() throws IOException;
}
