package io.replsqlite.session;

import io.replsqlite.api.LastRoute;

/** Where something ran last, written in place so that a local read allocates nothing for it. */
public final class RouteNote {
    private static final System.Logger LOG = System.getLogger(RouteNote.class.getName());

    private LastRoute.Place place = LastRoute.Place.NOWHERE;
    private String why = LastRoute.NONE.why();
    private long txid;
    private long ageNanos = -1;
    private long asOfNanos;

    /** @param newAsOfNanos what the replica file shows is at least of this moment */
    void local(String newWhy, long shownTxid, long newAgeNanos, long newAsOfNanos) {
        asOfNanos = newAsOfNanos;
        place = LastRoute.Place.LOCAL;
        why = newWhy;
        txid = shownTxid;
        ageNanos = newAgeNanos;
        log();
    }

    void primary(String newWhy, long committedTxid) {
        place = LastRoute.Place.PRIMARY;
        why = newWhy;
        txid = committedTxid;
        ageNanos = 0;
        log();
    }

    private void log() {
        if (LOG.isLoggable(System.Logger.Level.DEBUG)) {
            LOG.log(System.Logger.Level.DEBUG, "{0}: {1}; txid {2}", place, why, Long.toString(txid));
        }
    }

    /** What the replica file showed at least before a local read. */
    public long txid() {
        return txid;
    }

    /** Nothing older than of this moment is missing in what a local read saw. */
    public long asOfNanos() {
        return asOfNanos;
    }

    public LastRoute toLastRoute() {
        return new LastRoute(place, why, txid, ageNanos);
    }
}
