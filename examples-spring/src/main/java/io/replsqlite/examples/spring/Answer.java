package io.replsqlite.examples.spring;

import io.replsqlite.api.LastRoute;
import java.time.Duration;

/** What was asked for, and where it came from. */
record Answer<T>(T data, Source source) {
    /**
     * @param place LOCAL or PRIMARY
     * @param why in words
     * @param ageMillis how old, at most, what a read saw was; -1 if that is not known
     */
    record Source(String place, String why, long txid, long ageMillis) {
        static Source of(LastRoute route) {
            long ageMillis = route.ageNanos() < 0
                    ? -1
                    : Duration.ofNanos(route.ageNanos()).toMillis();
            return new Source(route.place().name(), route.why(), route.txid(), ageMillis);
        }
    }
}
