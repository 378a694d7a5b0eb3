package io.replsqlite.session;

/**
 * Where a read that could run locally is to run.
 *
 * @param why in words, for {@code lastRoute()} and the log
 */
public record ReadPermit(Place place, String why) {
    public enum Place {
        LOCAL,
        /** Locally, although it may not see enough; the caller adds a warning. */
        LOCAL_STALE,
        PRIMARY
    }

    // One for each level, so that a local read allocates nothing for it.
    static final ReadPermit EVENTUAL = local("reads; eventual: any state will do");
    static final ReadPermit BOUNDED = local("reads; bounded: the replica is fresh enough");
    static final ReadPermit SESSION = local("reads; session: the replica shows what this session has seen");
    static final ReadPermit LINEARIZABLE = local("reads; linearizable: the replica has reached the primary's head");
    static final ReadPermit AT_PRIMARY = primary("reads; consistency is primary");
    static final ReadPermit WITHOUT_REPLICA = primary("reads; this connection has no replica");
    static final ReadPermit AT_OWN_WRITER =
            primary("reads; linearizable: this node is the primary, whose writer alone knows what is durable");

    private static ReadPermit local(String why) {
        return new ReadPermit(Place.LOCAL, why);
    }

    static ReadPermit stale(String why) {
        return new ReadPermit(Place.LOCAL_STALE, "reads; onStale is stale: " + why);
    }

    static ReadPermit primary(String why) {
        return new ReadPermit(Place.PRIMARY, why);
    }
}
