package io.replsqlite.api;

/**
 * Where a statement ran.
 *
 * @param why in words, for people
 * @param txid what the replica file showed at least when the statement started, or the txid of the commit at the primary,
 *     0 if it failed there
 * @param ageNanos how old, at most, what a local read saw was; -1 if that is not known, 0 at the primary
 */
public record LastRoute(Place place, String why, long txid, long ageNanos) {
    public enum Place {
        NOWHERE,
        LOCAL,
        PRIMARY
    }

    public static final LastRoute NONE = new LastRoute(Place.NOWHERE, "nothing ran yet", 0, -1);
}
