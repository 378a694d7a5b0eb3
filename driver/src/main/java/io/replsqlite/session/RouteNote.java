package io.replsqlite.session;

import io.replsqlite.api.LastRoute;

/** Where something ran last, written in place so that a local read allocates nothing for it. */
public final class RouteNote {
    private LastRoute.Place place = LastRoute.Place.NOWHERE;
    private String why = LastRoute.NONE.why();
    private long txid;
    private long ageNanos = -1;

    void local(String newWhy, long shownTxid, long newAgeNanos) {
        place = LastRoute.Place.LOCAL;
        why = newWhy;
        txid = shownTxid;
        ageNanos = newAgeNanos;
    }

    void primary(String newWhy, long committedTxid) {
        place = LastRoute.Place.PRIMARY;
        why = newWhy;
        txid = committedTxid;
        ageNanos = 0;
    }

    /** What the replica file showed at least before a local read. */
    public long txid() {
        return txid;
    }

    public LastRoute toLastRoute() {
        return new LastRoute(place, why, txid, ageNanos);
    }
}
