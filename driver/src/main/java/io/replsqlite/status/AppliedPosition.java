package io.replsqlite.status;

/** Epoch and txid that belong together, read in place so that a local read allocates nothing. For one thread. */
public final class AppliedPosition {
    private long epoch;
    private long txid;

    void set(long newEpoch, long newTxid) {
        epoch = newEpoch;
        txid = newTxid;
    }

    public long epoch() {
        return epoch;
    }

    public long txid() {
        return txid;
    }
}
