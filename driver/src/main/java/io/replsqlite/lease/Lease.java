package io.replsqlite.lease;

import io.replsqlite.base.Epoch;

/**
 * One tenure of the write lease. It only says who may try; the epoch, checked by everyone who receives data, decides.
 *
 * @param epoch the fencing token of this tenure; greater than that of every tenure before it
 * @param deadline until when the tenure may be relied on
 */
public record Lease(Epoch epoch, LeaseDeadline deadline) {}
