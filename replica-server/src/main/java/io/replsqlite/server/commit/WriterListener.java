package io.replsqlite.server.commit;

import io.replsqlite.base.Position;
import io.replsqlite.base.Txid;
import java.io.IOException;

/** What the writer tells the node. Called on the writer thread; must not block. */
public interface WriterListener {
    /** Everything up to here is committed under the node's durability. May come on the thread of an acknowledgement. */
    void committed(Position position);

    /** From now on SQLite may show everybody commits up to here, committed under the node's durability or not. */
    void mayShow(Txid txid);

    /** A commit could not be captured or made durable. The writer has ended; nothing more is acknowledged. */
    void failed(IOException failure);
}
