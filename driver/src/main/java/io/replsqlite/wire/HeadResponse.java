package io.replsqlite.wire;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.Txid;
import java.util.UUID;

/** Where the primary stood at some moment after it was asked and while it surely was the primary. */
public record HeadResponse(UUID databaseId, Epoch epoch, Txid txid) {}
