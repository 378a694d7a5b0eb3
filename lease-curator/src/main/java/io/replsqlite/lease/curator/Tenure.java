package io.replsqlite.lease.curator;

import io.replsqlite.base.Epoch;

/** One tenure of this node: bound to one session and the candidate that the session owns. */
record Tenure(Epoch epoch, long sessionId, String candidate, RenewedDeadline deadline) {}
