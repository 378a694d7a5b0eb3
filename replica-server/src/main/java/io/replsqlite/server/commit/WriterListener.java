package io.replsqlite.server.commit;

import io.replsqlite.base.Position;
import java.io.IOException;

/** What the writer tells the node. Called on the writer thread; must not block. */
public interface WriterListener {
    /** Everything up to here is durable in the log and acknowledged now. */
    void committed(Position position);

    /** A commit could not be captured or made durable. The writer has ended; nothing more is acknowledged. */
    void failed(IOException failure);
}
